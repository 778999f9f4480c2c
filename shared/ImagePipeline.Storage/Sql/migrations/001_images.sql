-- Jobs, images, where they came from, and how far each stage has got with them.

CREATE TABLE schema_migration (
    version    int PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE schema_migration IS 'Which migrations of this schema were applied.';
COMMENT ON COLUMN schema_migration.version IS 'Number of the migration, from 1.';
COMMENT ON COLUMN schema_migration.name IS 'Its name.';
COMMENT ON COLUMN schema_migration.checksum IS 'SHA-256 of its text, hexadecimal.';
COMMENT ON COLUMN schema_migration.applied_at IS 'When it was applied.';

CREATE TABLE ingest_job (
    job_id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    source        text NOT NULL,
    state         text NOT NULL DEFAULT 'running',
    started_at    timestamptz NOT NULL DEFAULT now(),
    finished_at   timestamptz,
    discovered    bigint NOT NULL DEFAULT 0,
    already_known bigint NOT NULL DEFAULT 0,
    ingested      bigint NOT NULL DEFAULT 0,
    rejected      bigint NOT NULL DEFAULT 0,
    failed        bigint NOT NULL DEFAULT 0,
    detail        jsonb,
    CONSTRAINT ingest_job_state_known CHECK (state IN ('running', 'done', 'cancelled', 'failed'))
);
COMMENT ON TABLE ingest_job IS 'One request to ingest a folder or bucket. Counts are those of the walk; discovered = already_known + ingested + rejected + failed.';
COMMENT ON COLUMN ingest_job.job_id IS 'Key of the job.';
COMMENT ON COLUMN ingest_job.source IS 'What was asked for: a folder or a bucket with a prefix.';
COMMENT ON COLUMN ingest_job.state IS 'running, done, cancelled (stopped by a person) or failed (stopped by an error).';
COMMENT ON COLUMN ingest_job.started_at IS 'When the walk began.';
COMMENT ON COLUMN ingest_job.finished_at IS 'When the job left the state running; null before.';
COMMENT ON COLUMN ingest_job.discovered IS 'Files or objects seen.';
COMMENT ON COLUMN ingest_job.already_known IS 'Of those, unchanged since an earlier job and skipped.';
COMMENT ON COLUMN ingest_job.ingested IS 'Of those, stored as images.';
COMMENT ON COLUMN ingest_job.rejected IS 'Of those, refused for a lasting reason, such as not being an image.';
COMMENT ON COLUMN ingest_job.failed IS 'Of those, not read because of a passing fault, such as an I/O error; tried again by the next job.';
COMMENT ON COLUMN ingest_job.detail IS 'Options of the job and what stopped it, as JSON.';

CREATE TABLE image (
    image_id        uuid PRIMARY KEY,
    sha256          bytea NOT NULL,
    format          text NOT NULL,
    width_px        int NOT NULL,
    height_px       int NOT NULL,
    bytes           bigint NOT NULL,
    frames          int NOT NULL DEFAULT 1,
    has_alpha       bool NOT NULL DEFAULT false,
    taken_at        timestamp,
    ingested_at     timestamptz NOT NULL DEFAULT now(),
    rejected_reason text,
    rejected_detail text,
    pixel_sha256    bytea,
    CONSTRAINT image_sha256_length CHECK (octet_length(sha256) = 32),
    CONSTRAINT image_size_positive CHECK (width_px > 0 AND height_px > 0 AND frames > 0)
);
COMMENT ON TABLE image IS 'One row per distinct content, however many files hold it.';
COMMENT ON COLUMN image.image_id IS 'First 16 bytes of sha256 as a UUID: identity is content.';
COMMENT ON COLUMN image.sha256 IS 'SHA-256 of the encoded bytes.';
COMMENT ON COLUMN image.format IS 'Format found in the bytes (not the extension): jpeg, png, webp, gif, tiff, avif.';
COMMENT ON COLUMN image.width_px IS 'Width as displayed, after EXIF orientation, in pixels.';
COMMENT ON COLUMN image.height_px IS 'Height as displayed, after EXIF orientation, in pixels.';
COMMENT ON COLUMN image.bytes IS 'Length of the encoded bytes.';
COMMENT ON COLUMN image.frames IS 'Frames or pages; 1 for a still picture.';
COMMENT ON COLUMN image.has_alpha IS 'Whether the image carries transparency.';
COMMENT ON COLUMN image.taken_at IS 'When the picture was taken, camera''s local time, from EXIF; null if unknown.';
COMMENT ON COLUMN image.ingested_at IS 'When this content was first stored.';
COMMENT ON COLUMN image.rejected_reason IS 'Reason code if a stage found the image unusable; null for a good image.';
COMMENT ON COLUMN image.rejected_detail IS 'The same in words, with the limit that was hit.';
COMMENT ON COLUMN image.pixel_sha256 IS 'SHA-256 of the fully decoded sRGB pixels; only filled where a pair had to be confirmed.';

CREATE TABLE image_source (
    uri         text PRIMARY KEY,
    etag        text,
    bytes       bigint NOT NULL,
    modified_at timestamptz,
    image_id    uuid REFERENCES image,
    state       text NOT NULL,
    reason      text,
    detail      text,
    warning     text,
    job_id      uuid NOT NULL,
    seen_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT image_source_state_known CHECK (state IN ('ingested', 'rejected', 'failed')),
    CONSTRAINT image_source_has_image CHECK ((state = 'ingested') = (image_id IS NOT NULL)),
    CONSTRAINT image_source_has_reason CHECK ((state = 'ingested') = (reason IS NULL))
);
-- For: which files hold this image (the decoder's next file, files of a duplicate group).
CREATE INDEX image_source_by_image ON image_source (image_id);
-- For: the summary of one job.
CREATE INDEX image_source_by_job ON image_source (job_id);
COMMENT ON TABLE image_source IS 'One row per file or object ever seen. Two rows with one image_id are copies byte for byte.';
COMMENT ON COLUMN image_source.uri IS 'Where the bytes are: file:///... or s3://bucket/key.';
COMMENT ON COLUMN image_source.etag IS 'Changes when the content changes: the store''s ETag, or size and time for files.';
COMMENT ON COLUMN image_source.bytes IS 'Length in bytes as the listing said.';
COMMENT ON COLUMN image_source.modified_at IS 'Last change as the listing said.';
COMMENT ON COLUMN image_source.image_id IS 'The content found there; null unless ingested.';
COMMENT ON COLUMN image_source.state IS 'ingested, rejected (lasting) or failed (tried again by the next job). The view image_file adds what later stages found.';
COMMENT ON COLUMN image_source.reason IS 'Reason code of a rejection or failure.';
COMMENT ON COLUMN image_source.detail IS 'The same in words.';
COMMENT ON COLUMN image_source.warning IS 'Something odd about a file that was ingested nevertheless.';
COMMENT ON COLUMN image_source.job_id IS 'The job that wrote this row last.';
COMMENT ON COLUMN image_source.seen_at IS 'When this row was written last.';

CREATE TABLE image_stage (
    stage       text NOT NULL,
    image_id    uuid NOT NULL,
    state       text NOT NULL,
    attempts    int NOT NULL DEFAULT 1,
    reason      text,
    detail      text,
    finished_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stage, image_id),
    CONSTRAINT image_stage_state_known CHECK (state IN ('done', 'rejected', 'failed'))
);
COMMENT ON TABLE image_stage IS 'What each stage has finished. Still to do: images not rejected, without a row done or rejected here.';
COMMENT ON COLUMN image_stage.stage IS 'hash, embed:<model_id>, relate:hash, relate:<model_id>.';
COMMENT ON COLUMN image_stage.image_id IS 'The image.';
COMMENT ON COLUMN image_stage.state IS 'done, rejected (lasting) or failed (tried again).';
COMMENT ON COLUMN image_stage.attempts IS 'How often it was tried.';
COMMENT ON COLUMN image_stage.reason IS 'Reason code of a rejection or failure.';
COMMENT ON COLUMN image_stage.detail IS 'The same in words.';
COMMENT ON COLUMN image_stage.finished_at IS 'When the last attempt ended.';
