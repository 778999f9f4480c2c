-- What lets the services run with a role that owns nothing and may make nothing. The roles themselves belong to the server, not to the
-- database, and are made by: imagepipeline migrate --roles

-- The one thing that services have to make is the table of a new model's vectors. They may do that by this function alone, which runs as
-- the owner: it takes the name and the length from the row of `model`, whose constraints make them an identifier and a number.
CREATE FUNCTION make_embedding_table(wanted text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    length int;
    name text := 'embedding_' || wanted;
BEGIN
    IF wanted IS NULL OR wanted !~ '^[a-z][a-z0-9_]{0,39}$' OR wanted ~ '\n' THEN
        RAISE EXCEPTION 'no model can have this id' USING ERRCODE = 'invalid_name';
    END IF;
    SELECT m.dimensions INTO length FROM model m WHERE m.model_id = wanted;
    IF length IS NULL THEN
        RAISE EXCEPTION 'the model % is not registered', wanted USING ERRCODE = 'undefined_object';
    END IF;
    -- Two that ask at once: IF NOT EXISTS alone lets the second fail. (A number that nothing else here locks.)
    PERFORM pg_advisory_xact_lock(1231906687);
    IF to_regclass(format('%I', name)) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I (image_id uuid PRIMARY KEY, embedding halfvec(%s) NOT NULL, '
        || 'written_xid xid8 NOT NULL DEFAULT pg_current_xact_id())', name, length);
    -- For: the vectors written since, before each batch of the near-duplicate search.
    EXECUTE format('CREATE INDEX %I ON %I (written_xid, image_id)', name || '_by_xid', name);
    EXECUTE format('COMMENT ON TABLE %I IS %L', name, format('Vectors of the model %s; see model.manifest.', wanted));
    EXECUTE format('COMMENT ON COLUMN %I.image_id IS %L', name, 'The image.');
    EXECUTE format('COMMENT ON COLUMN %I.embedding IS %L', name, 'Its vector. Cosine distance: a <=> b.');
    EXECUTE format(
        'COMMENT ON COLUMN %I.written_xid IS %L', name, 'The transaction that inserted the row; for readers that follow along.');
END
$$;
COMMENT ON FUNCTION make_embedding_table IS 'Makes the table of a registered model''s vectors, as the owner; nothing if it is there.';

-- Whoever calls it must not choose what its names mean. New tables go into the first schema; temporary ones come last.
DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION make_embedding_table(text) SET search_path = %I, %I, pg_temp',
        current_schema(),
        (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'));
END
$$;
REVOKE ALL ON FUNCTION make_embedding_table(text) FROM PUBLIC;
