using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Times by five fields, as cron has them: minute, hour, day of the month, month, weekday (0 or 7 is Sunday).
/// A field is * or a list of numbers, ranges a-b, and either of these by steps /n. Where both days are given, either
/// will do, as in crontab(5); a field that begins with *, such as */2, counts as not given.</summary>
public sealed class CronTimes
{
    static readonly (int From, int To)[] Ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];

    /// <summary>No date comes less often than the 29th of February.</summary>
    static readonly TimeSpan Farthest = TimeSpan.FromDays((8 * 366) + 1);

    readonly ulong[] _fields;
    readonly bool _anyDay;
    readonly bool _anyWeekday;

    CronTimes(ulong[] fields, bool anyDay, bool anyWeekday) => (_fields, _anyDay, _anyWeekday) = (fields, anyDay, anyWeekday);

    /// <summary>Reads five fields; false where they are none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronTimes? times)
    {
        times = null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var fields = new ulong[Ranges.Length];
        if (words.Length != Ranges.Length || !Enumerable.Range(0, fields.Length).All(i => TryField(words[i], Ranges[i], out fields[i])))
        {
            return false;
        }

        fields[4] |= fields[4] >> 7;
        times = new CronTimes(fields, words[2][0] == '*', words[4][0] == '*');
        return true;
    }

    /// <summary>The first time after another, to the minute; null where no date has it, such as the 30th of
    /// February.</summary>
    /// <param name="after">Any time; its own offset is kept.</param>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var time = new DateTimeOffset(after.Year, after.Month, after.Day, after.Hour, after.Minute, 0, after.Offset).AddMinutes(1);
        for (var last = after + Farthest; time <= last;)
        {
            if (!IsDay(time))
            {
                time = time.AddDays(1) - time.TimeOfDay;
            }
            else if (!Has(1, time.Hour))
            {
                time = time.AddMinutes(60 - time.Minute);
            }
            else if (!Has(0, time.Minute))
            {
                time = time.AddMinutes(1);
            }
            else
            {
                return time;
            }
        }

        return null;
    }

    bool IsDay(DateTimeOffset time)
    {
        var (day, weekday) = (Has(2, time.Day), Has(4, (int)time.DayOfWeek));
        return Has(3, time.Month) && (_anyDay || _anyWeekday ? day && weekday : day || weekday);
    }

    bool Has(int field, int value) => (_fields[field] >> value & 1) == 1;

    static bool TryField(string word, (int From, int To) range, out ulong field)
    {
        field = 0;
        foreach (var item in word.Split(','))
        {
            var parts = item.Split('/');
            var step = 1;
            var (from, to) = range;
            var ends = parts[0] == "*" ? [] : parts[0].Split('-');
            if (parts.Length > 2 || ends.Length > 2
                || (parts.Length == 2 && (!TryNumber(parts[1], out step) || step < 1))
                || (ends.Length > 0 && !TryNumber(ends[0], out from))
                || (ends.Length == 2 && !TryNumber(ends[1], out to)))
            {
                return false;
            }

            to = ends.Length == 1 && parts.Length == 1 ? from : to;
            if (from < range.From || to > range.To || from > to)
            {
                return false;
            }

            for (var value = from; value <= to; value += step)
            {
                field |= 1UL << value;
            }
        }

        return true;
    }

    static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
