-- How an agglomerative run joined its images: kept, so that another level is another cut and not another run.

-- Three arrays and not a row per merge: a tree is read and written as a whole, by one who cuts it. About 28 bytes an image.
CREATE TABLE cluster_dendrogram (
    run_id    int PRIMARY KEY,
    linkage   text NOT NULL,
    leaves    uuid[] NOT NULL,
    joined_a  int[] NOT NULL,
    joined_b  int[] NOT NULL,
    distances real[] NOT NULL,
    CONSTRAINT cluster_dendrogram_of_run FOREIGN KEY (run_id) REFERENCES cluster_run ON DELETE CASCADE,
    CONSTRAINT cluster_dendrogram_linkage_known CHECK (linkage IN ('ward', 'average', 'complete', 'single')),
    CONSTRAINT cluster_dendrogram_leaves_range CHECK (cardinality(leaves) BETWEEN 1 AND 65536),
    CONSTRAINT cluster_dendrogram_is_tree CHECK (
        cardinality(joined_a) = cardinality(leaves) - 1 AND cardinality(joined_b) = cardinality(leaves) - 1
        AND cardinality(distances) = cardinality(leaves) - 1)
);
COMMENT ON TABLE cluster_dendrogram IS 'One row per agglomerative run: in which order, and how far apart, its images were joined. Cut at another level by: imagepipeline cluster cut';
COMMENT ON COLUMN cluster_dendrogram.run_id IS 'The run.';
COMMENT ON COLUMN cluster_dendrogram.linkage IS 'How far two clusters are from each other: ward, average, complete or single.';
COMMENT ON COLUMN cluster_dendrogram.leaves IS 'The images that were joined, by ascending id. All of the run, or its sample (parameters: sample): the others are in the cluster whose centroid is nearest.';
COMMENT ON COLUMN cluster_dendrogram.joined_a IS 'One part of each merge: n for image n of leaves, from 0, or number of leaves + n for what merge n made.';
COMMENT ON COLUMN cluster_dendrogram.joined_b IS 'The other part.';
COMMENT ON COLUMN cluster_dendrogram.distances IS 'How far the parts were from each other, ascending: cosine distance. Ward''s grows with the parts: 2 a b / (a + b) times half the squared distance of the means of a and b images.';
