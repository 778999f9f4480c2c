-- Pairs, what people decided about pairs, and the groups that follow. a < b throughout: a pair is stored once.
-- Files equal byte for byte need no pair: they are two image_source rows of one image.

CREATE TABLE near_duplicate (
    a         uuid NOT NULL,
    b         uuid NOT NULL,
    kind      text NOT NULL,
    evidence  text NOT NULL,
    transform text,
    distance  real NOT NULL,
    model_id  text,
    found_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (a, b),
    CONSTRAINT near_duplicate_ordered CHECK (a < b),
    CONSTRAINT near_duplicate_kind_known CHECK (kind IN ('same_pixels', 'edited_copy', 'similar')),
    CONSTRAINT near_duplicate_evidence_known CHECK (evidence IN ('pixels', 'pdq', 'embedding'))
);
-- For: all pairs of one image; the primary key covers it as a, this one as b.
CREATE INDEX near_duplicate_by_b ON near_duplicate (b);
COMMENT ON TABLE near_duplicate IS 'Pairs of images that are copies of one another or look alike; the strongest kind found is kept.';
COMMENT ON COLUMN near_duplicate.a IS 'The image with the smaller id.';
COMMENT ON COLUMN near_duplicate.b IS 'The image with the larger id.';
COMMENT ON COLUMN near_duplicate.kind IS 'same_pixels, edited_copy (the same picture edited) or similar (not a copy).';
COMMENT ON COLUMN near_duplicate.evidence IS 'What showed it: pixels (full decode), pdq (hash) or embedding.';
COMMENT ON COLUMN near_duplicate.transform IS 'What turns a into b: rotate_90, rotate_180, rotate_270 (clockwise), mirror, flip, transpose, transverse; null if nothing does.';
COMMENT ON COLUMN near_duplicate.distance IS 'Smaller is nearer. Unit by evidence: pdq differing bits of 256; embedding cosine distance; pixels 0.';
COMMENT ON COLUMN near_duplicate.model_id IS 'Model, where the evidence is embedding.';
COMMENT ON COLUMN near_duplicate.found_at IS 'When the pair was found.';

CREATE TABLE duplicate_verdict (
    a          uuid NOT NULL,
    b          uuid NOT NULL,
    verdict    text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    decided_by text NOT NULL,
    note       text,
    PRIMARY KEY (a, b),
    CONSTRAINT duplicate_verdict_ordered CHECK (a < b),
    CONSTRAINT duplicate_verdict_known CHECK (verdict IN ('copy', 'not_a_copy'))
);
CREATE INDEX duplicate_verdict_by_b ON duplicate_verdict (b);
COMMENT ON TABLE duplicate_verdict IS 'What a person decided about a pair; it overrides every measurement, now and later.';
COMMENT ON COLUMN duplicate_verdict.a IS 'The image with the smaller id.';
COMMENT ON COLUMN duplicate_verdict.b IS 'The image with the larger id.';
COMMENT ON COLUMN duplicate_verdict.verdict IS 'copy or not_a_copy.';
COMMENT ON COLUMN duplicate_verdict.decided_at IS 'When.';
COMMENT ON COLUMN duplicate_verdict.decided_by IS 'By whom.';
COMMENT ON COLUMN duplicate_verdict.note IS 'Why, in their words.';

CREATE TABLE duplicate_group (
    family     text NOT NULL,
    group_id   uuid NOT NULL,
    size       int NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (family, group_id),
    CONSTRAINT duplicate_group_family_known CHECK (family IN ('copy', 'similar')),
    CONSTRAINT duplicate_group_size_range CHECK (size >= 2)
);
COMMENT ON TABLE duplicate_group IS 'Groups as stars: every member is near the representative itself, never only near another member.';
COMMENT ON COLUMN duplicate_group.family IS 'copy (same_pixels, edited_copy) or similar.';
COMMENT ON COLUMN duplicate_group.group_id IS 'image_id of the representative.';
COMMENT ON COLUMN duplicate_group.size IS 'Images in the group, the representative included.';
COMMENT ON COLUMN duplicate_group.updated_at IS 'When the group was last computed.';

CREATE TABLE duplicate_member (
    family    text NOT NULL,
    image_id  uuid NOT NULL,
    group_id  uuid NOT NULL,
    kind      text,
    evidence  text,
    transform text,
    distance  real NOT NULL,
    PRIMARY KEY (family, image_id),
    CONSTRAINT duplicate_member_group FOREIGN KEY (family, group_id) REFERENCES duplicate_group ON DELETE CASCADE,
    CONSTRAINT duplicate_member_kind_known CHECK (kind IN ('same_pixels', 'edited_copy', 'similar')),
    CONSTRAINT duplicate_member_representative CHECK ((kind IS NULL) = (image_id = group_id))
);
-- For: the members of a group.
CREATE INDEX duplicate_member_by_group ON duplicate_member (family, group_id);
COMMENT ON TABLE duplicate_member IS 'Members of each group, the representative among them (with kind null).';
COMMENT ON COLUMN duplicate_member.family IS 'Family of the group.';
COMMENT ON COLUMN duplicate_member.image_id IS 'The image; in at most one group of a family.';
COMMENT ON COLUMN duplicate_member.group_id IS 'The group, by its representative.';
COMMENT ON COLUMN duplicate_member.kind IS 'What it is to the representative; null for the representative.';
COMMENT ON COLUMN duplicate_member.evidence IS 'pixels, pdq, embedding or verdict (a person said so).';
COMMENT ON COLUMN duplicate_member.transform IS 'What turned the representative into it, as in near_duplicate; null if nothing did.';
COMMENT ON COLUMN duplicate_member.distance IS 'Distance to the representative, unit as in near_duplicate.';
