-- Views for people.

CREATE VIEW image_file AS
SELECT s.uri,
       s.image_id,
       CASE WHEN i.rejected_reason IS NULL THEN s.state ELSE 'rejected' END AS state,
       coalesce(i.rejected_reason, s.reason) AS reason,
       coalesce(i.rejected_detail, s.detail) AS detail,
       s.warning,
       i.format,
       i.width_px,
       i.height_px,
       s.bytes,
       i.taken_at,
       s.modified_at,
       s.job_id,
       s.seen_at
FROM image_source s
LEFT JOIN image i ON i.image_id = s.image_id;
COMMENT ON VIEW image_file IS 'One row per file ever seen, with the facts of its image and the state that holds after all stages.';
COMMENT ON COLUMN image_file.state IS 'ingested, rejected (by the walk or by a later stage) or failed.';
COMMENT ON COLUMN image_file.reason IS 'Reason code, from whichever refused it.';

CREATE VIEW duplicate_file AS
WITH file AS (
    SELECT s.image_id,
           s.uri,
           s.modified_at,
           row_number() OVER (PARTITION BY s.image_id ORDER BY s.uri) AS nth,
           count(*) OVER (PARTITION BY s.image_id) AS copies
    FROM image_source s
    WHERE s.state = 'ingested'
)
SELECT coalesce(m.group_id, f.image_id) AS group_id,
       f.nth = 1 AND m.kind IS NULL AS is_representative,
       f.uri,
       f.image_id,
       CASE WHEN f.nth > 1 THEN 'same_bytes' ELSE m.kind END AS kind,
       CASE WHEN f.nth > 1 THEN 'bytes' ELSE m.evidence END AS evidence,
       CASE WHEN f.nth = 1 THEN m.transform END AS transform,
       CASE WHEN f.nth > 1 THEN 0 ELSE coalesce(m.distance, 0) END AS distance,
       i.format,
       i.width_px,
       i.height_px,
       i.bytes,
       i.taken_at,
       f.modified_at
FROM file f
JOIN image i ON i.image_id = f.image_id AND i.rejected_reason IS NULL
LEFT JOIN duplicate_member m ON m.image_id = f.image_id AND m.family = 'copy'
WHERE m.image_id IS NOT NULL OR f.copies > 1;
COMMENT ON VIEW duplicate_file IS 'One row per file of every group of copies, equal bytes included.';
COMMENT ON COLUMN duplicate_file.group_id IS 'The group: image_id of its representative.';
COMMENT ON COLUMN duplicate_file.is_representative IS 'The one file of the group that the others are compared with.';
COMMENT ON COLUMN duplicate_file.kind IS 'same_bytes (as the first file of its image), same_pixels or edited_copy (as the representative); null for the representative.';
COMMENT ON COLUMN duplicate_file.evidence IS 'bytes, pixels, pdq, embedding or verdict.';
