-- Which rows there are is a function of the images: a stage's refusal spares no stage beside it.

COMMENT ON TABLE image_stage IS 'What each stage has finished. Still to do: images without a row done or rejected here, for relate:… those done by the stage before.';
