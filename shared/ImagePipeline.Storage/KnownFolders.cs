using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>A folder, or a prefix of a bucket, that files of the collection lie below.</summary>
/// <param name="Uri">Its address, with the slash at its end.</param>
/// <param name="Files">How many.</param>
public sealed record KnownFolder(string Uri, long Files);

/// <summary>Folders that files were found in, as somebody types one.</summary>
public sealed class KnownFolders(NpgsqlDataSource source)
{
    /// <summary>The folders whose address begins with a text and goes on to the next slash. Looks at every file once.</summary>
    /// <param name="typed">Beginning of an address; empty for the folders in the one that holds all files.</param>
    /// <param name="limit">Most to return.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>By address.</returns>
    public async Task<IReadOnlyList<KnownFolder>> BeginningAsync(string typed, int limit, CancellationToken cancel = default)
    {
        var folders = new List<KnownFolder>();
        await using var command = source.CreateCommand(
            """
            SELECT left(f.uri, f.start + strpos(substr(f.uri, f.start + 1), '/')) COLLATE "C" AS folder, count(*)
            FROM (SELECT s.uri, greatest(length($1), strpos(s.uri, '://') + 2) AS start FROM image_source s
                  WHERE s.state = 'ingested' AND s.uri COLLATE "C" ^@ $1) f
            WHERE strpos(substr(f.uri, f.start + 1), '/') > 0
            GROUP BY folder ORDER BY folder LIMIT $2
            """);
        command.With(typed.Length > 0 ? typed : await CommonAsync(cancel)).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            folders.Add(new KnownFolder(reader.GetString(0), reader.GetInt64(1)));
        }

        return folders;
    }

    /// <summary>The deepest folder that holds all files: what the first and the last address have in common.</summary>
    async Task<string> CommonAsync(CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            """SELECT min(uri COLLATE "C"), max(uri COLLATE "C") FROM image_source WHERE state = 'ingested'""");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel) || reader.IsDBNull(0))
        {
            return "";
        }

        var (first, last) = (reader.GetString(0), reader.GetString(1));
        return first[..(first[..first.AsSpan().CommonPrefixLength(last)].LastIndexOf('/') + 1)];
    }
}
