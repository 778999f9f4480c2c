-- Runs of two levels: images are put into many small groups, whose centroids are joined. And the map of a run without its other images.

ALTER TABLE cluster_dendrogram
    ADD COLUMN centroids real[],
    ADD COLUMN sizes     int[],
    ADD CONSTRAINT cluster_dendrogram_groups CHECK (
        (centroids IS NULL) = (sizes IS NULL)
        AND (sizes IS NULL OR (cardinality(sizes) = cardinality(leaves) AND cardinality(centroids) % cardinality(leaves) = 0)));
COMMENT ON TABLE cluster_dendrogram IS 'One row per agglomerative or two-level run: in which order, and how far apart, its images or groups of images were joined. Cut at another level by: imagepipeline cluster cut';
COMMENT ON COLUMN cluster_dendrogram.leaves IS 'What was joined. Of an agglomerative run images, by ascending id: all of the run, or its sample (parameters: sample); the others are in the cluster whose centroid is nearest. Of a two-level run the most typical image of each group.';
COMMENT ON COLUMN cluster_dendrogram.joined_a IS 'One part of each merge: n for leaf n, from 0, or number of leaves + n for what merge n made.';
COMMENT ON COLUMN cluster_dendrogram.centroids IS 'Of a two-level run: the centroids of the groups in their order, one after the other. An image belongs to the group whose centroid is nearest by cosine distance. Null for an agglomerative run.';
COMMENT ON COLUMN cluster_dendrogram.sizes IS 'Of a two-level run: images of each group when the run was made. Null for an agglomerative run.';

-- Every batch of arrivals counts up the sizes of most clusters. With room on its page a row is replaced without touching an index.
ALTER TABLE cluster SET (fillfactor = 50);

-- For: the map of a run, a few thousand of its images.
CREATE INDEX cluster_member_on_map ON cluster_member (run_id, image_id) WHERE x IS NOT NULL;

COMMENT ON COLUMN cluster_run.method IS 'kmeans, agglomerative, two-level, hdbscan, dbscan; auto until it is decided.';
COMMENT ON COLUMN cluster_run.parameters IS 'What was asked for, and what was chosen where that was left open: method, k, distance, linkage, min_size, groups, where, seed.';
COMMENT ON COLUMN cluster_run.error IS 'Why it failed or was given up, in words.';
COMMENT ON COLUMN cluster.suggested_name IS 'Name that its tags, folders, words of file names or colours suggest.';
