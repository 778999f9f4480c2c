namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>What breaks when: moments are parts of the work done, so that a plan means the same on any machine.</summary>
sealed class ChaosPlan
{
    /// <summary>Names of the servers that crash once.</summary>
    public static IReadOnlyList<string> ServerNames { get; } = ["rabbitmq", "postgres"];

    /// <summary>Names of the services.</summary>
    public static IReadOnlyList<string> ServiceNames { get; } = ["Ingest", "Hasher", "Embedder", "Clusterer"];

    ChaosPlan(IReadOnlyList<(double Moment, string Victim)> crashes) => Crashes = crashes;

    /// <summary>Crashes, in order; moments from 0 to 1.</summary>
    public IReadOnlyList<(double Moment, string Victim)> Crashes { get; }

    /// <summary>Draws a plan.</summary>
    /// <param name="seed">Of the moments.</param>
    /// <param name="killsPerService">How often each service is killed.</param>
    public static ChaosPlan Draw(int seed, int killsPerService)
    {
        var random = new Random(seed);
        // The listing is over long before the rest: its crashes come while it is at work.
        var kills = ServiceNames.SelectMany(name => Enumerable.Range(0, killsPerService)
            .Select(_ => (Moment: random.NextDouble() * (name == "Ingest" ? 0.3 : 0.9), Victim: name)));
        var servers = ServerNames.Select(name => (Moment: 0.2 + (random.NextDouble() * 0.5), Victim: name));
        return new([.. kills.Concat(servers).OrderBy(crash => crash.Moment)]);
    }

    /// <summary>Carries the plan out.</summary>
    /// <param name="place">Whose services are killed, and started again at once.</param>
    /// <param name="workParts">All parts of the work: objects, and four answers for every image.</param>
    public async Task RunAsync(FleetPlace place, long workParts)
    {
        foreach (var (moment, victim) in Crashes)
        {
            await place.UntilAsync(
                $"{moment:P0} of the work, when {victim} is to crash",
                async () => await place.CountAsync(FleetBooks.Progress) >= moment * workParts);
            if (ServerNames.Contains(victim))
            {
                await FleetServers.CrashAsync(victim);
                continue;
            }

            var service = place.Of(victim);
            await service.KillAsync();
            service.StartAgain();
        }
    }
}
