-- For: workers that look for a range nobody has, and for whether there is one; most ranges of a long job are done.
CREATE INDEX ingest_range_open ON ingest_range (job_id, range_no) WHERE state = 'open';
