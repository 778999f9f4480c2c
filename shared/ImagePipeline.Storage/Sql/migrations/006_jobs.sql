-- Ingest jobs that several processes share: what was asked for, how the work is parted, and counts that add up at any moment.

ALTER TABLE ingest_job DROP CONSTRAINT ingest_job_state_known;
ALTER TABLE ingest_job DROP COLUMN detail;
ALTER TABLE ingest_job
    ADD COLUMN kind        text NOT NULL DEFAULT 'folder',
    ADD COLUMN options     jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN host        text,
    ADD COLUMN dry_run     bool NOT NULL DEFAULT false,
    ADD COLUMN error_limit bigint,
    ADD COLUMN expected    bigint,
    ADD COLUMN filtered    bigint NOT NULL DEFAULT 0,
    ADD COLUMN error       text,
    ADD CONSTRAINT ingest_job_state_known
        CHECK (state IN ('planning', 'running', 'paused', 'cancelled', 'done', 'failed')),
    ADD CONSTRAINT ingest_job_kind_known
        CHECK (kind IN ('folder', 's3', 'manifest', 'inventory', 'retry', 'upload')),
    -- Jobs of before this migration are left as they are.
    ADD CONSTRAINT ingest_job_adds_up
        CHECK (discovered = ingested + already_known + rejected + failed) NOT VALID;
-- For: the jobs that a worker may take up; few at any time.
CREATE INDEX ingest_job_active ON ingest_job (started_at) WHERE state IN ('planning', 'running');
COMMENT ON TABLE ingest_job IS 'One request to ingest a folder or bucket. Counts are those of the listing, as of the last committed chunk: discovered = ingested + already_known + rejected + failed. The view ingest_job_status adds what later stages found.';
COMMENT ON COLUMN ingest_job.state IS 'planning (ranges are not laid out yet), running (or its process was killed), paused, cancelled (stopped for good by a person), done, or failed (stopped by errors; can be resumed).';
COMMENT ON COLUMN ingest_job.finished_at IS 'When the job was done, cancelled or failed; null before.';
COMMENT ON COLUMN ingest_job.kind IS 'folder, s3, manifest (a list of addresses), inventory (an S3 inventory report), retry (what failed in another job) or upload.';
COMMENT ON COLUMN ingest_job.options IS 'What was asked for, as JSON: roots, include, exclude, min_bytes, max_bytes, error_limit, dry_run.';
COMMENT ON COLUMN ingest_job.host IS 'The machine whose files are listed; null where any worker reaches them.';
COMMENT ON COLUMN ingest_job.dry_run IS 'True if nothing but the counts is stored.';
COMMENT ON COLUMN ingest_job.error_limit IS 'The job stops when rejected + failed reaches this; null: never.';
COMMENT ON COLUMN ingest_job.expected IS 'Objects the source holds, where that is known beforehand.';
COMMENT ON COLUMN ingest_job.filtered IS 'Objects passed over because of include, exclude or size; not part of discovered.';
COMMENT ON COLUMN ingest_job.error IS 'What stopped the job, or what its worker stumbles over at present.';

CREATE TABLE ingest_range (
    job_id      uuid NOT NULL REFERENCES ingest_job ON DELETE CASCADE,
    range_no    int NOT NULL,
    root        text NOT NULL,
    after_key   text,
    end_key     text,
    cursor      text,
    state       text NOT NULL DEFAULT 'open',
    discovered  bigint NOT NULL DEFAULT 0,
    lease_owner uuid,
    lease_until timestamptz,
    PRIMARY KEY (job_id, range_no),
    CONSTRAINT ingest_range_state_known CHECK (state IN ('open', 'done')),
    CONSTRAINT ingest_range_lease CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
);
COMMENT ON TABLE ingest_range IS 'Parts of a job''s listing. A worker leases one, and moves its cursor in the transaction that books what it listed: nothing is listed or counted twice.';
COMMENT ON COLUMN ingest_range.job_id IS 'The job.';
COMMENT ON COLUMN ingest_range.range_no IS 'Number of the range in its job, from 0.';
COMMENT ON COLUMN ingest_range.root IS 'What is listed: a folder, a bucket with a prefix, a list of addresses, an inventory file.';
COMMENT ON COLUMN ingest_range.after_key IS 'Keys above this one; null from the beginning.';
COMMENT ON COLUMN ingest_range.end_key IS 'Keys up to and including this one; null to the end.';
COMMENT ON COLUMN ingest_range.cursor IS 'The last key that is booked; a line or row number where the source is a list.';
COMMENT ON COLUMN ingest_range.state IS 'open or done.';
COMMENT ON COLUMN ingest_range.discovered IS 'Objects booked from this range.';
COMMENT ON COLUMN ingest_range.lease_owner IS 'Token of the worker that has it; another token in its place makes that worker''s commits void.';
COMMENT ON COLUMN ingest_range.lease_until IS 'When another worker may take it over, by the clock of the database.';

CREATE TABLE ingest_job_reason (
    job_id uuid NOT NULL REFERENCES ingest_job ON DELETE CASCADE,
    state  text NOT NULL,
    reason text NOT NULL,
    count  bigint NOT NULL,
    PRIMARY KEY (job_id, state, reason),
    CONSTRAINT ingest_job_reason_state_known CHECK (state IN ('rejected', 'failed'))
);
COMMENT ON TABLE ingest_job_reason IS 'Why objects of a job were not ingested, as the listing found it; sums up to rejected and failed of ingest_job.';
COMMENT ON COLUMN ingest_job_reason.job_id IS 'The job.';
COMMENT ON COLUMN ingest_job_reason.state IS 'rejected or failed.';
COMMENT ON COLUMN ingest_job_reason.reason IS 'Reason code.';
COMMENT ON COLUMN ingest_job_reason.count IS 'Objects.';

-- For: what later stages found wanting (ingest_job_late), and which known files are to be tried again; both are few.
CREATE INDEX image_rejected ON image (image_id) WHERE rejected_reason IS NOT NULL;
CREATE INDEX image_stage_failed ON image_stage (image_id) WHERE state = 'failed';

CREATE VIEW ingest_job_late AS
SELECT s.job_id, l.state, l.reason, count(*) AS count
FROM (
    SELECT i.image_id, 'rejected' AS state, i.rejected_reason AS reason
    FROM image i WHERE i.rejected_reason IS NOT NULL
    UNION ALL
    SELECT f.image_id, 'failed', f.reason
    FROM (
        SELECT DISTINCT ON (t.image_id) t.image_id, coalesce(t.reason, 'unknown') AS reason
        FROM image_stage t JOIN image i ON i.image_id = t.image_id
        WHERE t.state = 'failed' AND i.rejected_reason IS NULL
        ORDER BY t.image_id, t.stage) f) l
JOIN image_source s ON s.image_id = l.image_id
WHERE s.state = 'ingested'
GROUP BY s.job_id, l.state, l.reason;
COMMENT ON VIEW ingest_job_late IS 'Objects that a job took in and a later stage found unusable (rejected) or could not treat (failed).';
COMMENT ON COLUMN ingest_job_late.job_id IS 'The job that booked the object last.';
COMMENT ON COLUMN ingest_job_late.state IS 'rejected or failed.';
COMMENT ON COLUMN ingest_job_late.reason IS 'Reason code.';
COMMENT ON COLUMN ingest_job_late.count IS 'Objects.';

CREATE VIEW ingest_job_trouble AS
SELECT job_id, state, reason, sum(count)::bigint AS count
FROM (
    SELECT job_id, state, reason, count FROM ingest_job_reason
    UNION ALL
    SELECT job_id, state, reason, count FROM ingest_job_late) both_of_them
GROUP BY job_id, state, reason;
COMMENT ON VIEW ingest_job_trouble IS 'Why objects of a job are not in the collection, by the listing or by a later stage; sums up to rejected and failed of ingest_job_status.';
COMMENT ON COLUMN ingest_job_trouble.job_id IS 'The job.';
COMMENT ON COLUMN ingest_job_trouble.state IS 'rejected or failed.';
COMMENT ON COLUMN ingest_job_trouble.reason IS 'Reason code.';
COMMENT ON COLUMN ingest_job_trouble.count IS 'Objects.';

CREATE VIEW ingest_job_status AS
SELECT j.job_id, j.kind, j.source, j.state, j.dry_run, j.host, j.started_at, j.finished_at,
       j.discovered,
       j.ingested - coalesce(l.rejected, 0) - coalesce(l.failed, 0) AS ingested,
       j.already_known,
       j.rejected + coalesce(l.rejected, 0) AS rejected,
       j.failed + coalesce(l.failed, 0) AS failed,
       j.filtered, j.expected, r.ranges, r.open_ranges, r.leased_ranges, j.error, j.options
FROM ingest_job j
LEFT JOIN (
    SELECT job_id,
           coalesce(sum(count) FILTER (WHERE state = 'rejected'), 0)::bigint AS rejected,
           coalesce(sum(count) FILTER (WHERE state = 'failed'), 0)::bigint AS failed
    FROM ingest_job_late GROUP BY job_id) l ON l.job_id = j.job_id
LEFT JOIN LATERAL (
    SELECT count(*) AS ranges,
           count(*) FILTER (WHERE g.state = 'open') AS open_ranges,
           count(*) FILTER (WHERE g.state = 'open' AND g.lease_until > now()) AS leased_ranges
    FROM ingest_range g WHERE g.job_id = j.job_id) r ON true;
COMMENT ON VIEW ingest_job_status IS 'One row per job, with the counts that hold after all stages: discovered = ingested + already_known + rejected + failed.';
COMMENT ON COLUMN ingest_job_status.ingested IS 'Objects taken in, without those that a later stage rejected or failed on.';
COMMENT ON COLUMN ingest_job_status.rejected IS 'By the listing or by a later stage.';
COMMENT ON COLUMN ingest_job_status.failed IS 'By the listing or by a later stage.';
COMMENT ON COLUMN ingest_job_status.ranges IS 'Ranges of the listing.';
COMMENT ON COLUMN ingest_job_status.open_ranges IS 'Those not listed to their end.';
COMMENT ON COLUMN ingest_job_status.leased_ranges IS 'Those that a worker has at present.';
