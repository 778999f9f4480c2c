using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Folds the rows of list_groups.sql, one per file, into groups of images of files.</summary>
static class GroupReader
{
    public static async Task<IReadOnlyList<GroupListing>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var groups = new List<GroupListing>();
        List<GroupImage> images = [];
        List<GroupFile> files = [];
        while (await reader.ReadAsync(cancel))
        {
            var groupId = reader.GetGuid(1);
            if (groups.Count == 0 || groups[^1].GroupId != groupId)
            {
                images = [];
                groups.Add(new GroupListing(groupId, Words.Parse<GroupFamily>(reader.GetString(0)), images));
            }
            if (images.Count == 0 || images[^1].ImageId != reader.GetGuid(2))
            {
                files = [];
                images.Add(ReadImage(reader, files));
            }
            files.Add(new GroupFile(
                reader.GetString(12), reader.IsDBNull(13) ? null : reader.GetFieldValue<DateTimeOffset>(13)));
        }
        return groups;
    }

    static GroupImage ReadImage(NpgsqlDataReader reader, IReadOnlyList<GroupFile> files) => new(
        reader.GetGuid(2),
        reader.IsDBNull(3) ? null : Words.Parse<DuplicateKind>(reader.GetString(3)),
        reader.IsDBNull(4) ? null : reader.GetString(4),
        reader.IsDBNull(5) ? null : reader.GetString(5),
        reader.GetFloat(6),
        reader.GetString(7),
        reader.GetInt32(8),
        reader.GetInt32(9),
        reader.GetInt64(10),
        reader.IsDBNull(11) ? null : reader.GetDateTime(11),
        files)
    {
        Probability = reader.IsDBNull(14) ? null : reader.GetFloat(14),
    };
}
