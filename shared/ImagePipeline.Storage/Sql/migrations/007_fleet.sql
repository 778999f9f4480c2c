-- What several processes need to work on one collection: who wrote what since when, what has to be grouped anew, what is paused,
-- what was sent again.

-- Every row carries the transaction that inserted it. A reader that remembers the oldest transaction still running when it last looked
-- finds all that became visible since: no clock and no sequence does, since rows become visible when they are committed.
ALTER TABLE image_hash ADD COLUMN written_xid xid8 NOT NULL DEFAULT pg_current_xact_id();
-- For: the hashes written since, before each batch of the near-duplicate search.
CREATE INDEX image_hash_by_xid ON image_hash (written_xid, image_id);
COMMENT ON COLUMN image_hash.written_xid IS 'The transaction that inserted the row; for readers that follow along.';

DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT 'embedding_' || m.model_id FROM model m WHERE to_regclass('embedding_' || m.model_id) IS NOT NULL LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN written_xid xid8 NOT NULL DEFAULT pg_current_xact_id()', name);
        EXECUTE format('CREATE INDEX %I ON %I (written_xid, image_id)', name || '_by_xid', name);
        EXECUTE format(
            'COMMENT ON COLUMN %I.written_xid IS %L', name, 'The transaction that inserted the row; for readers that follow along.');
    END LOOP;
END
$$;

CREATE TABLE similar_grouping (
    singleton  bool PRIMARY KEY DEFAULT true,
    changes    bigint NOT NULL DEFAULT 1,
    grouped    bigint NOT NULL DEFAULT 0,
    grouped_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT similar_grouping_one_row CHECK (singleton)
);
INSERT INTO similar_grouping DEFAULT VALUES;
COMMENT ON TABLE similar_grouping IS 'One row: whether pairs changed since the look-alikes were grouped.';
COMMENT ON COLUMN similar_grouping.singleton IS 'Always true.';
COMMENT ON COLUMN similar_grouping.changes IS 'Counts the transactions that wrote pairs.';
COMMENT ON COLUMN similar_grouping.grouped IS 'The count that the groups of look-alikes take in; below changes, they are out of date.';
COMMENT ON COLUMN similar_grouping.grouped_at IS 'When they were grouped last.';

CREATE TABLE queue_control (
    queue      text PRIMARY KEY,
    paused     bool NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL
);
COMMENT ON TABLE queue_control IS 'Queues that people paused or resumed; a queue without a row runs.';
COMMENT ON COLUMN queue_control.queue IS 'hash, embed, relate-hashes or relate-vectors.';
COMMENT ON COLUMN queue_control.paused IS 'Whether the services leave its messages where they are.';
COMMENT ON COLUMN queue_control.changed_at IS 'When that was said.';
COMMENT ON COLUMN queue_control.changed_by IS 'By whom.';

CREATE TABLE image_resend (
    stage    text NOT NULL,
    image_id uuid NOT NULL,
    times    int NOT NULL DEFAULT 1,
    sent_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stage, image_id)
);
COMMENT ON TABLE image_resend IS 'Images whose message to a stage seemed lost and was sent again by the reconciler.';
COMMENT ON COLUMN image_resend.stage IS 'The stage that lacks the image, as in image_stage.';
COMMENT ON COLUMN image_resend.image_id IS 'The image.';
COMMENT ON COLUMN image_resend.times IS 'How often it was sent again.';
COMMENT ON COLUMN image_resend.sent_at IS 'When it was sent last.';
