using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Transactions in which everything is looked up by key.</summary>
static class Lookups
{
    /// <summary>
    /// Rules out scans of whole tables until the transaction ends; to be added before what writes. The check of a foreign key is planned
    /// once in the life of a connection. Planned while the other table is small it scans it, for every row and however large it
    /// grows, until the statistics of the table are renewed; the embedded database never renews any, and 9,500 images spent half of
    /// their time in it.
    /// </summary>
    public static void AddByKeyOnly(this NpgsqlBatch batch) => batch.Add("SET LOCAL enable_seqscan = off");
}
