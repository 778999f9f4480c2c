-- Clustering runs: what was asked, what came out, which of them is shown, and what people said about the clusters.

CREATE TABLE cluster_run (
    run_id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id          uuid,
    model_id            text NOT NULL,
    method              text NOT NULL,
    parameters          jsonb NOT NULL,
    reason              text NOT NULL,
    state               text NOT NULL DEFAULT 'waiting',
    active              bool NOT NULL DEFAULT false,
    worker              text,
    images              bigint NOT NULL DEFAULT 0,
    clusters            int NOT NULL DEFAULT 0,
    unassigned          bigint NOT NULL DEFAULT 0,
    arrived             bigint NOT NULL DEFAULT 0,
    arrived_unassigned  bigint NOT NULL DEFAULT 0,
    followed_xid        xid8,
    quality             jsonb,
    carried             jsonb,
    error               text,
    requested_at        timestamptz NOT NULL DEFAULT now(),
    started_at          timestamptz,
    finished_at         timestamptz,
    CONSTRAINT cluster_run_request UNIQUE (request_id),
    CONSTRAINT cluster_run_state_known CHECK (state IN ('waiting', 'computing', 'done', 'abandoned', 'failed')),
    CONSTRAINT cluster_run_active_is_done CHECK (NOT active OR state = 'done')
);
-- For no query: it holds that there is one at most.
CREATE UNIQUE INDEX cluster_run_one_active ON cluster_run (model_id) WHERE active;
COMMENT ON TABLE cluster_run IS 'One row per clustering of the images by the vectors of one model. Runs are kept; one per model is active.';
COMMENT ON COLUMN cluster_run.run_id IS 'Number of the run, as people name it.';
COMMENT ON COLUMN cluster_run.request_id IS 'Key of the message or request that asked for it: asked twice, it is done once. Null for a run of the command line or schedule.';
COMMENT ON COLUMN cluster_run.model_id IS 'Model whose vectors were grouped.';
COMMENT ON COLUMN cluster_run.method IS 'kmeans, agglomerative, hdbscan, dbscan; auto until it is decided.';
COMMENT ON COLUMN cluster_run.parameters IS 'What was asked for, and what was chosen where that was left open: method, k, distance, min_size, where, seed.';
COMMENT ON COLUMN cluster_run.reason IS 'Why it ran, in words.';
COMMENT ON COLUMN cluster_run.state IS 'waiting (asked for), computing, done, abandoned (its process died) or failed (see error).';
COMMENT ON COLUMN cluster_run.active IS 'Whether this run is the one that is shown and that arrivals join; true for one run of a model at most.';
COMMENT ON COLUMN cluster_run.worker IS 'The process that computes or computed it: machine, process, time of its start.';
COMMENT ON COLUMN cluster_run.images IS 'Images that the run grouped.';
COMMENT ON COLUMN cluster_run.clusters IS 'Clusters that it found.';
COMMENT ON COLUMN cluster_run.unassigned IS 'Of its images, those in no cluster.';
COMMENT ON COLUMN cluster_run.arrived IS 'Images that came since and were looked at.';
COMMENT ON COLUMN cluster_run.arrived_unassigned IS 'Of these, those that lie beyond the radius of every cluster.';
COMMENT ON COLUMN cluster_run.followed_xid IS 'Vectors written by transactions below this one are members of the run or were left out on purpose; for those who look for arrivals.';
COMMENT ON COLUMN cluster_run.quality IS 'Figures of the result: silhouette, cohesion, separation, inertia; and how they were measured.';
COMMENT ON COLUMN cluster_run.carried IS 'What became of the labels, merges and splits of the run before, in words.';
COMMENT ON COLUMN cluster_run.error IS 'Why it failed, in words.';
COMMENT ON COLUMN cluster_run.requested_at IS 'When it was asked for.';
COMMENT ON COLUMN cluster_run.started_at IS 'When a process began with it.';
COMMENT ON COLUMN cluster_run.finished_at IS 'When it was done, failed or found abandoned.';

CREATE TABLE cluster (
    run_id          int NOT NULL,
    cluster_no      int NOT NULL,
    centroid        halfvec NOT NULL,
    medoid_image_id uuid,
    size            bigint NOT NULL,
    cohesion        real NOT NULL,
    radius          real NOT NULL,
    x               real,
    y               real,
    suggested_name  text,
    evidence        jsonb,
    label           text,
    merged_into     int,
    split_from      int,
    split           bool NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, cluster_no),
    CONSTRAINT cluster_of_run FOREIGN KEY (run_id) REFERENCES cluster_run ON DELETE CASCADE,
    CONSTRAINT cluster_merged_into_another CHECK (merged_into <> cluster_no),
    CONSTRAINT cluster_size_range CHECK (size >= 0)
);
COMMENT ON TABLE cluster IS 'The clusters of each run, as computed and as people changed them. What is shown of the active run: view active_cluster.';
COMMENT ON COLUMN cluster.run_id IS 'The run.';
COMMENT ON COLUMN cluster.cluster_no IS 'Number of the cluster within the run, from 1, the largest first.';
COMMENT ON COLUMN cluster.centroid IS 'Mean direction of its members, of length 1.';
COMMENT ON COLUMN cluster.medoid_image_id IS 'The member nearest to the centroid: its most typical image.';
COMMENT ON COLUMN cluster.size IS 'Members, arrivals included.';
COMMENT ON COLUMN cluster.cohesion IS 'Mean cosine distance of its members to the centroid, when it was computed.';
COMMENT ON COLUMN cluster.radius IS 'Cosine distance to the centroid within which arrivals join.';
COMMENT ON COLUMN cluster.x IS 'Place of the centre on the map of the run, 0 to 1; null where there is no map.';
COMMENT ON COLUMN cluster.y IS 'The same, upwards.';
COMMENT ON COLUMN cluster.suggested_name IS 'Name that its folders and colours suggest.';
COMMENT ON COLUMN cluster.evidence IS 'What suggests it: words, of how many of the images looked at, and what they came from.';
COMMENT ON COLUMN cluster.label IS 'What a person named it.';
COMMENT ON COLUMN cluster.merged_into IS 'The cluster of which a person said that this one is part.';
COMMENT ON COLUMN cluster.split_from IS 'The cluster that a person split to make this one.';
COMMENT ON COLUMN cluster.split IS 'True where a person split it: its members are in other clusters, and nothing joins it.';

-- Without foreign keys: they would be checked row by row, and a run writes a row per image. Rows go with their run (ClusterRunStore).
CREATE TABLE cluster_member (
    run_id     int NOT NULL,
    image_id   uuid NOT NULL,
    cluster_no int,
    distance   real,
    x          real,
    y          real,
    arrived    bool NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, image_id)
);
-- For: the members of a cluster, most typical first.
CREATE INDEX cluster_member_by_cluster ON cluster_member (run_id, cluster_no, distance);
COMMENT ON TABLE cluster_member IS 'Which image is in which cluster of a run, as computed. With what people merged, for the active run: view active_cluster_member.';
COMMENT ON COLUMN cluster_member.run_id IS 'The run.';
COMMENT ON COLUMN cluster_member.image_id IS 'The image.';
COMMENT ON COLUMN cluster_member.cluster_no IS 'Its cluster; null where it belongs to none.';
COMMENT ON COLUMN cluster_member.distance IS 'Cosine distance to the centroid of its cluster; of an image in none, to the nearest.';
COMMENT ON COLUMN cluster_member.x IS 'Place on the map of the run, 0 to 1; null for images that are not on it.';
COMMENT ON COLUMN cluster_member.y IS 'The same, upwards.';
COMMENT ON COLUMN cluster_member.arrived IS 'True for an image that came after the run and joined the nearest cluster.';

CREATE TABLE cluster_decision (
    decision_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id    text NOT NULL,
    kind        text NOT NULL,
    label       text,
    run_id      int NOT NULL,
    clusters    int[] NOT NULL,
    parts       int[] NOT NULL,
    decided_at  timestamptz NOT NULL DEFAULT now(),
    decided_by  text NOT NULL,
    CONSTRAINT cluster_decision_kind_known CHECK (kind IN ('label', 'merge', 'split')),
    CONSTRAINT cluster_decision_has_label CHECK ((kind = 'label') = (label IS NOT NULL)),
    CONSTRAINT cluster_decision_parts CHECK (cardinality(clusters) = cardinality(parts)),
    CONSTRAINT cluster_decision_of_run FOREIGN KEY (run_id) REFERENCES cluster_run ON DELETE CASCADE
);
COMMENT ON TABLE cluster_decision IS 'What people said about clusters and still holds; carried over to each new run by the images that clusters share.';
COMMENT ON COLUMN cluster_decision.decision_id IS 'Key; in the order of what was said.';
COMMENT ON COLUMN cluster_decision.model_id IS 'Model of the runs it is about.';
COMMENT ON COLUMN cluster_decision.kind IS 'label (these are called so), merge (these are one) or split (these are not one).';
COMMENT ON COLUMN cluster_decision.label IS 'The name, of a label.';
COMMENT ON COLUMN cluster_decision.run_id IS 'The last run in which it has clusters: where it was said, or where it was carried over to.';
COMMENT ON COLUMN cluster_decision.clusters IS 'Its clusters in that run.';
COMMENT ON COLUMN cluster_decision.parts IS 'Which side each cluster is on, beside clusters: 0 for all, but of a split its parts from 0.';
COMMENT ON COLUMN cluster_decision.decided_at IS 'When it was said.';
COMMENT ON COLUMN cluster_decision.decided_by IS 'By whom.';

CREATE VIEW active_cluster AS
SELECT r.model_id,
       c.run_id,
       c.cluster_no,
       coalesce(c.label, c.suggested_name, 'cluster ' || c.cluster_no) AS name,
       c.label,
       c.suggested_name,
       c.size + coalesce(p.size, 0) AS size,
       c.medoid_image_id,
       c.cohesion,
       c.radius,
       c.x,
       c.y
FROM cluster_run r
JOIN cluster c ON c.run_id = r.run_id
LEFT JOIN (SELECT run_id, merged_into, sum(size)::bigint AS size FROM cluster GROUP BY run_id, merged_into) p
    ON p.run_id = c.run_id AND p.merged_into = c.cluster_no
WHERE r.active AND c.merged_into IS NULL AND NOT c.split;
COMMENT ON VIEW active_cluster IS 'The clusters of the active run of each model, with people''s merges, splits and names. Of one model: where model_id = (select model_id from model where active).';
COMMENT ON COLUMN active_cluster.name IS 'The label, or else the suggested name.';
COMMENT ON COLUMN active_cluster.size IS 'Its images, with those of the clusters merged into it.';

CREATE VIEW active_cluster_member AS
SELECT r.model_id,
       m.run_id,
       m.image_id,
       coalesce(c.merged_into, c.cluster_no) AS cluster_no,
       CASE WHEN m.cluster_no IS NULL THEN NULL
            ELSE coalesce(o.label, o.suggested_name, 'cluster ' || o.cluster_no) END AS name,
       m.distance,
       m.arrived,
       m.x,
       m.y
FROM cluster_run r
JOIN cluster_member m ON m.run_id = r.run_id
LEFT JOIN cluster c ON c.run_id = m.run_id AND c.cluster_no = m.cluster_no
LEFT JOIN cluster o ON o.run_id = c.run_id AND o.cluster_no = coalesce(c.merged_into, c.cluster_no)
WHERE r.active;
COMMENT ON VIEW active_cluster_member IS 'One row per image of the active run of each model: its cluster as people see it, and the name of that.';
COMMENT ON COLUMN active_cluster_member.cluster_no IS 'Null where the image belongs to no cluster.';
