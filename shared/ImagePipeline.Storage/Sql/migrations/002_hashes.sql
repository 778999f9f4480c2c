-- Perceptual hashes and the palette: what one small decode yields.

CREATE TABLE image_hash (
    image_id    uuid PRIMARY KEY,
    algorithm   text NOT NULL,
    ahash       bit(64) NOT NULL,
    dhash       bit(64) NOT NULL,
    phash       bit(64) NOT NULL,
    pdq         bit(256) NOT NULL,
    pdq_quality smallint NOT NULL,
    CONSTRAINT image_hash_quality_range CHECK (pdq_quality BETWEEN 0 AND 100)
);
COMMENT ON TABLE image_hash IS 'Perceptual hashes. Distance = bit_count(a # b). Compare only rows of one algorithm.';
COMMENT ON COLUMN image_hash.image_id IS 'The image.';
COMMENT ON COLUMN image_hash.algorithm IS 'Names the exact variant and version of every hash in the row.';
COMMENT ON COLUMN image_hash.ahash IS 'Average hash; the first bit is the first pixel, row by row.';
COMMENT ON COLUMN image_hash.dhash IS 'Difference hash of horizontal neighbours.';
COMMENT ON COLUMN image_hash.phash IS 'DCT hash, Python imagehash variant.';
COMMENT ON COLUMN image_hash.pdq IS 'PDQ, 256 bits, in the order of its hexadecimal form.';
COMMENT ON COLUMN image_hash.pdq_quality IS '0 (flat) to 100; below 50 the PDQ hash says nothing and is not matched.';

CREATE TABLE image_palette (
    image_id uuid PRIMARY KEY,
    colours  text[] NOT NULL,
    shares   real[] NOT NULL,
    CONSTRAINT image_palette_same_length CHECK (cardinality(colours) = cardinality(shares))
);
COMMENT ON TABLE image_palette IS 'The main colours of each image, largest first.';
COMMENT ON COLUMN image_palette.image_id IS 'The image.';
COMMENT ON COLUMN image_palette.colours IS 'sRGB colours as #rrggbb.';
COMMENT ON COLUMN image_palette.shares IS 'Share of the pixels of each colour, 0 to 1, in the same order.';
