-- What people decided to keep of groups of copies. Nothing is deleted by it: who acts on it reads the rows with decision 'remove'.

CREATE TABLE duplicate_decision (
    uri        text PRIMARY KEY,
    image_id   uuid NOT NULL,
    group_id   uuid NOT NULL,
    decision   text NOT NULL,
    reason     text NOT NULL,
    batch_id   uuid NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT duplicate_decision_known CHECK (decision IN ('keep', 'remove'))
);
-- For: undoing all that one order decided.
CREATE INDEX duplicate_decision_by_batch ON duplicate_decision (batch_id);
COMMENT ON TABLE duplicate_decision IS 'One row per file of a group that a person decided about. A list to act on: no file is touched by it.';
COMMENT ON COLUMN duplicate_decision.uri IS 'The file, as in image_source.';
COMMENT ON COLUMN duplicate_decision.image_id IS 'Its content when it was decided.';
COMMENT ON COLUMN duplicate_decision.group_id IS 'The group it was in then, by its representative.';
COMMENT ON COLUMN duplicate_decision.decision IS 'keep or remove.';
COMMENT ON COLUMN duplicate_decision.reason IS 'Why, in words.';
COMMENT ON COLUMN duplicate_decision.batch_id IS 'The order that it was decided with; one order is undone as a whole.';
COMMENT ON COLUMN duplicate_decision.decided_by IS 'By whom.';
COMMENT ON COLUMN duplicate_decision.decided_at IS 'When.';
