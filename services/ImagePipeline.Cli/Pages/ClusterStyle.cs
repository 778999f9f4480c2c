namespace ImagePipeline.Cli.Pages;

/// <summary>The style sheet of the clusters page: map and figures side by side, then a contact sheet for each
/// cluster.</summary>
static class ClusterStyle
{
    public const string Sheet = """
        :root { --none: #b9bcbd; }
        @media (prefers-color-scheme: dark) { :root { --none: #4a4f52; } }
        .top { display: flex; gap: 20px 28px; flex-wrap: wrap; align-items: flex-start; margin: 6px 0 22px; }
        .map { flex: 1 1 420px; max-width: 720px; margin: 0; min-width: 0; }
        .map svg { display: block; width: 100%; height: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; }
        .map path { fill: none; stroke-width: 9; stroke-linecap: round; opacity: .8; }
        .map a:hover path { stroke-width: 15; opacity: 1; }
        .map text { font-size: 21px; font-weight: 600; text-anchor: middle; fill: var(--ink); stroke: var(--card); stroke-width: 6px; paint-order: stroke; pointer-events: none; }
        figcaption { font-size: 13px; padding-top: 6px; }
        .side { flex: 1 1 300px; min-width: 0; }
        .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 8px; margin: 0 0 14px; }
        .figures div { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 8px 12px; }
        .figures dt { font-size: 13px; color: var(--soft); } .figures dd { margin: 0; font-size: 12px; } .figures dd.number { font-size: 20px; font-weight: 600; }
        .names { list-style: none; margin: 0; padding: 0; columns: 190px; column-gap: 18px; max-height: 520px; overflow: auto; font-size: 14px; }
        .names a { display: block; padding: 2px 0; color: inherit; text-decoration: none; overflow-wrap: anywhere; break-inside: avoid; }
        .names a:hover { text-decoration: underline; }
        i { display: inline-block; width: 10px; height: 10px; border-radius: 99px; margin-right: 7px; flex: none; print-color-adjust: exact; }
        .cluster { margin: 0 0 22px; content-visibility: auto; contain-intrinsic-size: auto 210px; scroll-margin-top: 10px; }
        .cluster h2 { margin: 0 0 4px; font-size: 17px; overflow-wrap: anywhere; }
        .cluster h2 small { font-weight: 400; font-size: 13px; color: var(--soft); margin-left: 6px; white-space: nowrap; }
        .cluster p { font-size: 13px; margin: 0 0 6px; }
        .sheet { list-style: none; margin: 0; padding: 0; display: grid; gap: 5px; grid-template-columns: repeat(12, 1fr); }
        @media (max-width: 1100px) { .sheet { grid-template-columns: repeat(6, 1fr); } }
        @media (max-width: 520px) { .sheet { grid-template-columns: repeat(4, 1fr); } .names { max-height: 240px; } .map text { font-size: 26px; } }
        .sheet .frame { aspect-ratio: 1; border-radius: 5px; } .sheet .frame img { object-fit: cover; }
        .cluster:target h2 { text-decoration: underline 3px var(--link); text-underline-offset: 4px; }
        summary { cursor: pointer; font-size: 13px; color: var(--soft); padding: 6px 0; width: max-content; }
        @media print { .cluster { content-visibility: visible; break-inside: avoid; } .names { max-height: none; } .sheet { grid-template-columns: repeat(12, 1fr); } }
        """;
}
