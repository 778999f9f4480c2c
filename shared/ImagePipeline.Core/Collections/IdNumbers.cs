namespace ImagePipeline.Core.Collections;

/// <summary>Numbers ids from 0 in the order in which they come. Memory: 16 bytes an id, and 6 to 11 to find it.</summary>
/// <remarks>Open addressing with linear probing; the table is at most three quarters full.</remarks>
public sealed class IdNumbers
{
    const int SmallestTable = 1 << 10;

    readonly ChunkedList<Guid> _ids = new();
    int[] _table = new int[SmallestTable]; // a number and 1 more; 0 where there is none

    /// <summary>Number of ids.</summary>
    public int Count => _ids.Count;

    /// <summary>The id of a number, 0 to below <see cref="Count"/>.</summary>
    public Guid this[int number] => _ids[number];

    /// <summary>Numbers an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="number">Its number, whether it is new or not.</param>
    /// <returns>Whether it is new.</returns>
    public bool Add(Guid id, out int number)
    {
        var slot = Slot(id);
        if (_table[slot] != 0)
        {
            number = _table[slot] - 1;
            return false;
        }

        number = _ids.Count;
        _ids.Add(id);
        _table[slot] = _ids.Count;
        if (_ids.Count > _table.Length / 4 * 3)
        {
            Grow();
        }

        return true;
    }

    /// <summary>The number of an id, or -1.</summary>
    public int Find(Guid id) => _table[Slot(id)] - 1;

    /// <summary>Where the id is, or where it belongs.</summary>
    int Slot(Guid id)
    {
        var slot = id.GetHashCode() & (_table.Length - 1);
        while (_table[slot] != 0 && _ids[_table[slot] - 1] != id)
        {
            slot = (slot + 1) & (_table.Length - 1);
        }

        return slot;
    }

    void Grow()
    {
        _table = new int[2 * _table.Length];
        for (var number = 0; number < _ids.Count; number++)
        {
            _table[Slot(_ids[number])] = number + 1;
        }
    }
}
