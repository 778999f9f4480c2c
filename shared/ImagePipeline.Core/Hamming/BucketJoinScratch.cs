namespace ImagePipeline.Core.Hamming;

/// <summary>What one thread of <see cref="BucketJoin"/> has at hand: gathered buckets and found pairs.</summary>
sealed class BucketJoinScratch
{
    ulong[] _first = new ulong[1024];
    ulong[] _second = new ulong[1024];
    int[] _ordinals = new int[1024];
    int[] _passing = new int[1024];
    int _count;

    /// <summary>One word of each gathered hash.</summary>
    public ReadOnlySpan<ulong> First => _first.AsSpan(0, _count);

    /// <summary>Another word of each.</summary>
    public ReadOnlySpan<ulong> Second => _second.AsSpan(0, _count);

    /// <summary>The ordinal of each.</summary>
    public ReadOnlySpan<int> Ordinals => _ordinals.AsSpan(0, _count);

    /// <summary>Room for one position of each.</summary>
    public Span<int> Passing => _passing.AsSpan(0, _count);

    /// <summary>Pairs found since they were last handed over.</summary>
    public List<HammingPair> Pairs { get; } = [];

    /// <summary>Forgets the gathered buckets.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds one bucket.</summary>
    public void Append(ReadOnlySpan<ulong> first, ReadOnlySpan<ulong> second, ReadOnlySpan<int> ordinals)
    {
        if (_count + ordinals.Length > _ordinals.Length)
        {
            var length = Math.Max(_count + ordinals.Length, 2 * _ordinals.Length);
            Array.Resize(ref _first, length);
            Array.Resize(ref _second, length);
            Array.Resize(ref _ordinals, length);
            _passing = new int[length];
        }

        first.CopyTo(_first.AsSpan(_count));
        second.CopyTo(_second.AsSpan(_count));
        ordinals.CopyTo(_ordinals.AsSpan(_count));
        _count += ordinals.Length;
    }
}
