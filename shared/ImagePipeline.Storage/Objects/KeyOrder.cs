namespace ImagePipeline.Storage.Objects;

/// <summary>The order of keys in listings: by the bytes of their UTF-8, which is by code point.</summary>
public sealed class KeyOrder : IComparer<string>
{
    KeyOrder()
    {
    }

    /// <summary>The one order.</summary>
    public static KeyOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y) => Compare(x.AsSpan(), y.AsSpan());

    /// <summary>Negative where <paramref name="x"/> comes first.</summary>
    public static int Compare(ReadOnlySpan<char> x, ReadOnlySpan<char> y)
    {
        var at = x.CommonPrefixLength(y);
        return at == Math.Min(x.Length, y.Length) ? x.Length.CompareTo(y.Length) : Rank(x[at]).CompareTo(Rank(y[at]));
    }

    /// <summary>UTF-16 puts surrogates, which stand for the highest code points, below U+E000; here they come last.</summary>
    static int Rank(char unit) => unit switch
    {
        >= '\uE000' => unit - 0x800,
        >= '\uD800' => unit + 0x2000,
        _ => unit,
    };
}
