using ImagePipeline.Core.Collections;

namespace ImagePipeline.Core.Tests.Collections;

public sealed class IdNumbersTests
{
    [Fact]
    public void Ids_are_numbered_in_the_order_in_which_they_come()
    {
        var random = new Random(1);
        var ids = Enumerable.Range(0, 20_000).Select(_ => One(random)).ToArray();
        var numbers = new IdNumbers();

        for (var i = 0; i < ids.Length; i++)
        {
            Assert.True(numbers.Add(ids[i], out var number));
            Assert.Equal(i, number);
            Assert.False(numbers.Add(ids[i / 2], out var known));
            Assert.Equal(i / 2, known);
        }

        Assert.Equal(ids.Length, numbers.Count);
        Assert.All(Enumerable.Range(0, ids.Length), i => Assert.Equal((ids[i], i), (numbers[i], numbers.Find(ids[i]))));
        Assert.Equal(-1, numbers.Find(One(random)));
    }

    [Fact]
    public void The_empty_id_is_an_id()
    {
        var numbers = new IdNumbers();

        Assert.Equal(-1, numbers.Find(Guid.Empty));
        Assert.True(numbers.Add(Guid.Empty, out _));
        Assert.Equal(0, numbers.Find(Guid.Empty));
    }

    static Guid One(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
