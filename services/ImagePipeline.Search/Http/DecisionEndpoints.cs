using ImagePipeline.Core.Duplicates;
using ImagePipeline.Hosting.Access;
using ImagePipeline.Search.Duplicates;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using ImagePipeline.Storage.Tags;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary>What people decide about copies: verdicts, rules for many groups, taking back. No file is ever touched.</summary>
static class DecisionEndpoints
{
    const int MostVerdicts = 2000;
    const int MostRules = 100;
    const int MostShown = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/duplicates/verdicts", JudgeAsync).WithName("PutVerdicts")
            .WithSummary("Say of pairs whether they are copies, of groups that all is kept; or take it back")
            .WithDescription("A verdict overrides every measurement, now and later. The answer's before, sent again, takes it back.")
            .Produces<VerdictAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound).RequireAuthorization(PipelineAccess.Write);
        routes.MapPost("/v1/duplicates/resolve", ResolveAsync).WithName("Resolve")
            .WithSummary("Decide by rules which file of each open group is kept")
            .WithDescription("Writes a list of decisions, or with dry_run only says what it would hold; with tag the images of which no file is kept "
                + "get that tag. No file is deleted, moved or changed.")
            .Produces<ResolveAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .RequireAuthorization(PipelineAccess.Write);
        routes.MapDelete("/v1/duplicates/decisions/{batchId:guid}", UndoAsync).WithName("UndoDecisions")
            .WithSummary("Take back what one order decided").Produces<UndoAnswer>().ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound).RequireAuthorization(PipelineAccess.Write);
    }

    static async Task<IResult> JudgeAsync(
        HttpContext context, [FromBody] VerdictOrder order, [FromServices] GroupDesk desk, [FromServices] DecisionStore decisions,
        [FromServices] StageStore stages, CancellationToken cancel)
    {
        if (order.Verdicts.Count is < 1 or > MostVerdicts || order.Verdicts.Contains(null!))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"verdicts holds 1 to {MostVerdicts}.");
        }

        var pairs = new List<PairVerdict>();
        foreach (var entry in order.Verdicts)
        {
            if (!IsUsable(entry))
            {
                return Problems.Of(
                    StatusCodes.Status400BadRequest,
                    "a verdict names two different images a and b, and is copy, not_a_copy or none; or a group_id, and is keep_all or none.");
            }

            if (entry.GroupId is null)
            {
                pairs.Add(new(entry.A!.Value, entry.B!.Value, entry.Verdict == "none" ? null : Words.Parse<Verdict>(entry.Verdict)));
            }
        }

        var named = order.Verdicts.SelectMany(entry => new[] { entry.A, entry.B, entry.GroupId }).OfType<Guid>().Distinct().ToArray();
        if (named.Except(await stages.KnownAsync(named, cancel)).FirstOrDefault() is var unknown && unknown != Guid.Empty)
        {
            return Problems.NoImage(unknown);
        }

        var before = new List<VerdictEntry>();
        foreach (var entry in order.Verdicts.Where(entry => entry.GroupId is not null))
        {
            before.Add(await KeepAsync(entry, desk, decisions, context.PersonName(), cancel));
        }

        if (pairs.Count > 0)
        {
            before.AddRange((await desk.JudgeAsync(pairs, context.PersonName(), order.Note, cancel)).Select(pair => new VerdictEntry
            {
                A = pair.A,
                B = pair.B,
                Verdict = pair.Verdict?.ToSql() ?? "none",
            }));
        }

        var now = await desk.OfImagesAsync(named, KeeperOrder.Default, cancel);
        return Results.Ok(new VerdictAnswer(before, [.. now.Select(GroupAnswer.Of)]));
    }

    /// <summary>Keeps all of a group, or forgets what was decided about it; returns what held before.</summary>
    static async Task<VerdictEntry> KeepAsync(
        VerdictEntry entry, GroupDesk desk, DecisionStore decisions, string by, CancellationToken cancel)
    {
        var groups = await desk.OfImagesAsync([entry.GroupId!.Value], KeeperOrder.Default, cancel);
        var wasKept = groups.Count > 0 && groups.All(group => group.Group.Files.All(
            file => group.Decided.TryGetValue(file.Uri, out var decided) && decided.IsKept));
        if (entry.Verdict == "none")
        {
            await decisions.ForgetAsync([.. groups.SelectMany(group => group.Group.Files).Select(file => file.Uri)], cancel);
        }
        else
        {
            await decisions.WriteAsync([.. groups.SelectMany(group => Resolution.KeepAll(group.Group))], Guid.NewGuid(), by, cancel: cancel);
        }

        return entry with { Verdict = wasKept ? "keep_all" : "none" };
    }

    /// <summary>Reads the rules and the kind of an order; returns what is wrong with it, or null.</summary>
    static IResult? Refuse(ResolveOrder order, List<KeeperPreference> rules, out DuplicateKind? kind)
    {
        kind = DuplicateKinds.TryParse(order.Kind, out var parsed) ? parsed : null;
        if (order.Prefer.Contains(null!))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "prefer holds paths and patterns; null is neither.");
        }

        foreach (var word in order.Rules)
        {
            if (!KeeperPreferences.TryParse(word, out var rule))
            {
                return Problems.Of(
                    StatusCodes.Status400BadRequest,
                    $"there is no rule '{word}'; the rules are {string.Join(", ", KeeperPreferences.Words)}.");
            }

            rules.Add(rule);
        }

        if (order.Kind is not null && kind is null or DuplicateKind.Similar)
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest,
                "kind is same_bytes, same_pixels or edited_copy. Similar pictures are no copies: decide by looking.");
        }

        if (order.Rules.Count + order.Prefer.Count + (order.Groups?.Count ?? 0) > MostVerdicts || order.Prefer.Count > MostRules
            || order.Show is < 0 or > MostShown)
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest, $"at most {MostRules} paths, {MostVerdicts} groups, and show is 0 to {MostShown}.");
        }

        return null;
    }

    static async Task<IResult> ResolveAsync(
        HttpContext context, [FromBody] ResolveOrder order, [FromServices] GroupResolver resolver, CancellationToken cancel)
    {
        var rules = new List<KeeperPreference>();
        if (Refuse(order, rules, out var kind) is { } problem)
        {
            return problem;
        }

        string? tag = null;
        if (!string.IsNullOrEmpty(order.Tag) && !TagName.TryParse(order.Tag, out tag))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"{TagName.Rule}.");
        }

        var wish = new ResolveWish(new KeeperOrder(rules, new KeeperRule(order.Prefer)), context.PersonName())
        {
            Kind = kind,
            Groups = order.Groups,
            Tag = tag,
            DryRun = order.DryRun,
        };
        var resolved = await resolver.ResolveAsync(wish, cancel);
        return Results.Ok(new ResolveAnswer
        {
            DryRun = order.DryRun,
            BatchId = resolved.BatchId,
            Groups = resolved.Groups.Count,
            Keep = resolved.Keep,
            Remove = resolved.Remove,
            FreedBytes = resolved.FreedBytes,
            Tagged = tag is null ? null : resolved.Tagged is { } change ? change.Added + change.Already : resolved.ToTag,
            Untagged = resolved.Tagged is { Full: > 0 and var full } ? full : null,
            Shown = [.. resolved.Groups.Take(order.Show).Select(Shown)],
        });
    }

    static ResolvedGroup Shown(Resolution resolved) => new(resolved.GroupId, [.. resolved.Files.Select(file => new ResolvedFile(
        file.Uri, FolderObjects.NameOf(file.Uri), file.ImageId, file.IsKept ? "keep" : "remove", file.Reason))]);

    static async Task<IResult> UndoAsync([FromRoute] Guid batchId, [FromServices] DecisionStore decisions, CancellationToken cancel) =>
        await decisions.UndoAsync(batchId, cancel) is var (files, tags) && files + tags > 0
            ? Results.Ok(new UndoAnswer(files, tags))
            : Problems.Of(StatusCodes.Status404NotFound, $"nothing that order {batchId} decided holds any more.");

    static bool IsUsable(VerdictEntry entry) => entry.GroupId is null
        ? entry is { A: { } a, B: { } b, Verdict: "copy" or "not_a_copy" or "none" } && a != b
        : entry is { A: null, B: null, Verdict: "keep_all" or "none" };
}
