-- Embedding models. The vectors of model m are in a table of their own, embedding_m, created when m is registered.

CREATE TABLE model (
    model_id      text PRIMARY KEY,
    name          text NOT NULL,
    version       text NOT NULL,
    dimensions    int NOT NULL,
    manifest      jsonb NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT model_id_is_identifier CHECK (model_id ~ '^[a-z][a-z0-9_]{0,39}$'),
    CONSTRAINT model_dimensions_range CHECK (dimensions BETWEEN 1 AND 4000)
);
COMMENT ON TABLE model IS 'Embedding models; vectors of different models are never compared.';
COMMENT ON COLUMN model.model_id IS 'Short name; the vectors are in the table embedding_<model_id>.';
COMMENT ON COLUMN model.name IS 'Name of the model.';
COMMENT ON COLUMN model.version IS 'Version of the model; a new version is a new model_id.';
COMMENT ON COLUMN model.dimensions IS 'Length of its vectors.';
COMMENT ON COLUMN model.manifest IS 'The manifest the vectors were made with: input size, normalisation, sha256 of the file, licence.';
COMMENT ON COLUMN model.registered_at IS 'When it was first used here.';
