-- Which of several models a database is asked by. Vectors of two models stand side by side; questions and look-alikes need one of them.

ALTER TABLE model ADD COLUMN active bool NOT NULL DEFAULT false;
COMMENT ON COLUMN model.active IS 'Whether search, check, look-alikes and a run without --model use it; true for one model at most. Set by: imagepipeline models activate';

-- What was asked until now without naming a model was the first.
UPDATE model SET active = true
WHERE model_id = (SELECT m.model_id FROM model m ORDER BY m.registered_at, m.model_id LIMIT 1);

-- For no query: it holds that there is one at most.
CREATE UNIQUE INDEX model_one_active ON model (active) WHERE active;

COMMENT ON COLUMN near_duplicate.model_id IS 'Model, where the evidence is embedding. Similar pairs of a model that is not active form no groups.';
