using ImagePipeline.Core.Collections;

namespace ImagePipeline.Core.Tests.Collections;

public sealed class ChunkedListTests
{
    [Fact]
    public void Entries_stand_where_they_were_put_across_chunks()
    {
        var list = new ChunkedList<(int, long, int)>(); // 24 bytes: not a power of two
        for (var i = 0; i < 10_000; i++)
        {
            list.Add((i, -i, 2 * i));
        }

        list[9999].Item1 = 5;

        Assert.Equal(10_000, list.Count);
        Assert.Equal((5, -9999, 19_998), list[9999]);
        Assert.All(Enumerable.Range(0, 9999), i => Assert.Equal((i, -i, 2 * i), list[i]));
    }

    [Fact]
    public void Runs_pass_over_every_entry_once()
    {
        var list = new ChunkedList<int>();
        list.Lengthen(40_000);
        for (var i = 0; i < list.Count; i++)
        {
            list[i] = i;
        }

        var seen = new List<int>();
        for (var start = 123; start < list.Count; start = seen[^1] + 1)
        {
            seen.AddRange(list.Run(start));
        }

        Assert.Equal(Enumerable.Range(123, 40_000 - 123), seen);
    }

    [Fact]
    public void Lengthening_keeps_what_is_there_and_never_shortens()
    {
        var list = new ChunkedList<int>();
        list.Add(7);
        list.Lengthen(3);
        list.Lengthen(2);

        Assert.Equal([7, 0, 0], list.Run(0).ToArray());
    }
}
