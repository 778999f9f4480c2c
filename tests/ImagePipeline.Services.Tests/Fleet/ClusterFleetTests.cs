using System.Collections.Concurrent;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Services.Tests.Clusters;
using ImagePipeline.Storage.Clusters;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>Clusterers as programs: one run at a time, whoever dies, and every message once.</summary>
[Collection(nameof(OnFleet))]
public sealed class ClusterFleetTests(FleetFixture fleet) : FleetTests(fleet)
{
    const int Images = 200;
    const int Kinds = 4;

    static readonly (string, string)[] Eager =
        [("Clusters__CheckSeconds", "1"), ("Clusters__LeastImages", "100"), ("Clusters__LeastMinutes", "0")];

    static readonly (string, string)[] Calm = [("Clusters__CheckSeconds", "1"), ("Clusters__LeastImages", "1000000")];

    [Fact]
    public async Task Two_schedulers_at_once_make_one_run_and_say_why()
    {
        await PrepareAsync(Images);
        await using var one = Fleet.Start("Clusterer", Eager);
        await using var other = Fleet.Start("Clusterer", Eager);

        await ServiceProcess.UntilAsync(async () => await RunsAsync("state = 'done'") > 0, one, other);
        // Some more looks of both.
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);

        Assert.Equal(1, await RunsAsync("true"));
        Assert.Equal(1, await RunsAsync("active"));
        Assert.Contains("the first run: there are 200 images", one.Said + other.Said, StringComparison.Ordinal);
        Assert.Equal([$"{Images}"], await Fleet.RowsAsync("SELECT count(*) FROM active_cluster_member"));
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_run_the_former_stays_active_and_the_next_run_completes()
    {
        await PrepareAsync(Images);
        using var rig = new ClusterRig(Fleet.Database);
        var former = await rig.RunAsync(new ClusterSettings { Method = ClusterMethod.KMeans, K = Kinds });
        await using (var doomed = Fleet.Start("Clusterer", Calm))
        {
            await using var connection = await Fleet.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
            await using var holding = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var hold = new NpgsqlCommand("LOCK TABLE cluster_member IN SHARE MODE", connection);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await PublishAsync(Guid.NewGuid());
            await ServiceProcess.UntilAsync(
                async () => (await Fleet.RowsAsync("SELECT 1 FROM pg_locks WHERE relation = 'cluster_member'::regclass AND NOT granted")).Count > 0, doomed);
            await doomed.KillAsync();
            // The database does not notice that a client is dead which waits for a lock.
            await Fleet.RowsAsync("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'cluster_member'::regclass AND NOT granted");
        }

        var between = (await rig.Get<ClusterRunStore>().FindActiveAsync(Blobs.Model))!.RunId;
        var members = (await rig.MembersAsync(former)).Count;
        await using var next = Fleet.Start("Clusterer", Calm);
        await PublishAsync(Guid.NewGuid());
        await ServiceProcess.UntilAsync(async () => await RunsAsync("state = 'done'") == 2, next);

        Assert.Equal((former.RunId, Images), (between, members));
        Assert.Equal(["done", "abandoned", "done"], await Fleet.RowsAsync("SELECT state FROM cluster_run ORDER BY run_id"));
        Assert.Equal(former.RunId + 2, (await rig.Get<ClusterRunStore>().FindActiveAsync(Blobs.Model))!.RunId);
        Assert.Equal(["0"], await Fleet.RowsAsync($"SELECT count(*) FROM cluster_member WHERE run_id = {former.RunId + 1}"));
        Assert.Contains("is given up", next.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_sent_twice_is_one_run_and_is_answered()
    {
        await PrepareAsync(Images);
        var answers = new ConcurrentBag<ClustersComputed>();
        using var listening = await ListenAsync(answers);
        await using var clusterer = Fleet.Start("Clusterer", Calm);
        var request = Guid.NewGuid();

        await PublishAsync(request);
        await PublishAsync(request);
        await ServiceProcess.UntilAsync(() => Task.FromResult(!answers.IsEmpty), clusterer);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        var answer = Assert.Single(answers);
        Assert.Equal((request, "done", true, (long)Images), (answer.RequestId!.Value, answer.State, answer.Active, answer.Images));
        Assert.Equal(1, await RunsAsync("true"));
    }

    [Fact]
    public async Task A_message_asks_for_all_that_the_command_line_does()
    {
        await PrepareAsync(Images);
        await using var clusterer = Fleet.Start("Clusterer", Calm);

        await Fleet.Bus.Publish(
            new ComputeClusters { RequestId = Guid.NewGuid(), Method = "two-level", Linkage = "average", Groups = 20, K = 5, KeepActive = true, Seed = 3 },
            TestContext.Current.CancellationToken);
        await ServiceProcess.UntilAsync(async () => await RunsAsync("state = 'done'") == 1, clusterer);

        Assert.Equal(
            ["two-level average 20 5 3 false"],
            await Fleet.RowsAsync(
                """
                SELECT method || ' ' || (parameters->>'linkage') || ' ' || (parameters->>'groups') || ' ' || clusters || ' ' || (parameters->>'seed')
                    || ' ' || active::text
                FROM cluster_run
                """));
    }

    [Fact]
    public async Task Arrivals_join_by_message_however_often_it_comes_and_without_one()
    {
        await PrepareAsync(Images);
        using var rig = new ClusterRig(Fleet.Database);
        await rig.RunAsync(new ClusterSettings { Method = ClusterMethod.KMeans, K = Kinds });
        await Blobs.AddAsync(Fleet, Enumerable.Range(Images, 50), number => number % Kinds);
        // Nothing looks for arrivals by itself within the test.
        await using var clusterer = Fleet.Start("Clusterer", ("Clusters__CheckSeconds", "86400"));
        var told = Enumerable.Range(Images, 40).Select(number => new ImageEmbedded { ImageId = Blobs.Id(number), ModelId = Blobs.Model }).ToArray();
        await ServiceProcess.UntilAsync(async () => (await new Hosting.Broker.BrokerQueues(Fleet.Broker).CountReadyAsync(default))
            .All(depth => depth.Ready is not null), clusterer);

        await Fleet.Bus.PublishBatch(told.Concat(told));
        await ServiceProcess.UntilAsync(
            async () => (await Fleet.RowsAsync("SELECT arrived FROM cluster_run")) is ["40"] && await ReadyAsync(QueueName.Assign) == 0, clusterer);
        await clusterer.KillAsync();
        await using var later = Fleet.Start("Clusterer", Calm);
        await ServiceProcess.UntilAsync(async () => (await Fleet.RowsAsync("SELECT arrived FROM cluster_run")) is ["50"], later);

        Assert.Equal([$"{Images + 50}"], await Fleet.RowsAsync("SELECT count(*) FROM active_cluster_member"));
        Assert.Equal(
            await Fleet.RowsAsync("SELECT sum(size) FROM active_cluster"),
            await Fleet.RowsAsync("SELECT count(*) FROM active_cluster_member WHERE cluster_no IS NOT NULL"));
    }

    async Task PrepareAsync(int images)
    {
        await Blobs.PrepareAsync(Fleet);
        await Blobs.AddAsync(Fleet, Enumerable.Range(0, images), number => number % Kinds);
    }

    Task PublishAsync(Guid request) => Fleet.Bus.Publish(
        new ComputeClusters { RequestId = request, Method = "kmeans", K = Kinds }, TestContext.Current.CancellationToken);

    async Task<long> RunsAsync(string which) => long.Parse((await Fleet.RowsAsync($"SELECT count(*) FROM cluster_run WHERE {which}"))[0]);

    /// <summary>Another program that wants to hear of runs.</summary>
    async Task<IHost> ListenAsync(ConcurrentBag<ClustersComputed> answers)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(answers);
        builder.Services.AddPipelineBus(Fleet.Broker, TimeSpan.FromSeconds(5), bus => bus.AddConsumer<Listener>());
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    sealed class Listener(ConcurrentBag<ClustersComputed> answers) : IConsumer<ClustersComputed>
    {
        public Task Consume(ConsumeContext<ClustersComputed> context)
        {
            answers.Add(context.Message);
            return Task.CompletedTask;
        }
    }
}
