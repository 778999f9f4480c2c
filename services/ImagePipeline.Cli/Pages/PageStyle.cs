namespace ImagePipeline.Cli.Pages;

/// <summary>Style sheets, in the order of the page: what all share, then each page's own.</summary>
static class PageStyle
{
    /// <summary>Colours, type, header, thumbnails; light, dark and on paper.</summary>
    public const string Shared = """
        :root {
          --ground: #f6f6f3; --card: #fff; --edge: #e2e1db; --ink: #1d2124; --soft: #5c6367; --mat: #ecebe6;
          --link: #0b6370; --keep: #14713c; --keep-tint: #e3f4e9; --mark: #fff0c2; --mark-ink: #5d4300;
          --same_bytes: #a03020; --same_pixels: #8a5200; --edited_copy: #22559c; --similar: #555d66;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #141617; --card: #1e2123; --edge: #33383b; --ink: #e9eaea; --soft: #a2aaae; --mat: #0d0f10;
            --link: #6fd0dc; --keep: #6fd598; --keep-tint: #16301f; --mark: #463a13; --mark-ink: #ffe29a;
            --same_bytes: #ff9b87; --same_pixels: #f2b75c; --edited_copy: #8fbcf7; --similar: #b7c0c8;
          }
        }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.45 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
        header, main, footer { max-width: 1600px; margin: 0 auto; padding: 0 clamp(12px, 2.5vw, 32px); }
        header { padding-top: 22px; padding-bottom: 14px; }
        h1 { margin: 0; font-size: 24px; line-height: 1.25; letter-spacing: -.01em; }
        p { margin: 4px 0; }
        .soft, footer { color: var(--soft); }
        footer { padding-top: 28px; padding-bottom: 28px; font-size: 13px; }
        a { color: var(--link); text-underline-offset: 2px; }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 6px; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 12px; top: 8px; z-index: 9; background: var(--card); padding: 8px 12px; }
        .path { overflow-wrap: anywhere; unicode-bidi: isolate; }
        .frame { display: flex; align-items: center; justify-content: center; overflow: hidden; background: var(--mat); aspect-ratio: 4 / 3; text-decoration: none; }
        .frame img { width: 100%; height: 100%; object-fit: contain; display: block; }
        .blank { color: var(--soft); font-size: 13px; padding: 12px; text-align: center; overflow-wrap: anywhere; }
        .number { font-variant-numeric: tabular-nums; }
        @media print {
          :root { --ground: #fff; --card: #fff; --mat: #fff; --edge: #bbb; --ink: #000; --soft: #444; --mark: #eee; --mark-ink: #000; }
          body { font-size: 10pt; }
          .skip, .controls { display: none !important; }
          header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
          a { color: inherit; text-decoration: none; }
        }
        """;

    /// <summary>The search page: the query beside its facts, then a tight grid.</summary>
    public const string Search = """
        .query { display: flex; gap: 18px 24px; align-items: center; flex-wrap: wrap; }
        .query .frame { width: min(300px, 100%); border-radius: 10px; flex: none; }
        .query div { flex: 1 1 240px; min-width: 0; }
        .query .eyebrow { text-transform: uppercase; letter-spacing: .08em; font-size: 12px; color: var(--soft); }
        .hits { list-style: none; margin: 8px 0 0; padding: 0; display: grid; gap: 8px; grid-template-columns: repeat(auto-fill, minmax(min(158px, 46%), 1fr)); }
        .hit { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; overflow: hidden; position: relative; break-inside: avoid; content-visibility: auto; contain-intrinsic-size: auto 195px; }
        .hit .frame img { object-fit: cover; }
        .hit a.frame:hover img { transform: scale(1.04); transition: transform .15s; }
        .hit a.frame:focus-visible { outline-offset: -4px; }
        .rank { position: absolute; left: 6px; top: 6px; min-width: 24px; padding: 1px 7px; border-radius: 99px; background: rgb(0 0 0 / .68); color: #fff; font-size: 12px; text-align: center; }
        .hit .text { padding: 6px 9px 8px; font-size: 13px; }
        .hit .name { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; unicode-bidi: isolate; }
        .hit .line { display: flex; justify-content: space-between; gap: 8px; color: var(--soft); font-size: 12px; }
        .hit .near { display: flex; align-items: center; gap: 8px; font-weight: 600; font-size: 12px; }
        .bar { flex: 1; height: 4px; border-radius: 2px; background: var(--edge); print-color-adjust: exact; }
        .bar i { display: block; height: 100%; width: calc(var(--d) * 100%); min-width: 3px; border-radius: 2px; background: var(--link); print-color-adjust: exact; }
        @media print { .hits { grid-template-columns: repeat(4, 1fr); } .hit { content-visibility: visible; } }
        """;

    /// <summary>The evaluation page: tables whose cells are filled as far as their number, then misses of three pictures each.</summary>
    public const string Evaluation = """
        h2 { font-size: 18px; margin: 28px 0 8px; }
        .wide { overflow-x: auto; margin: 12px 0 20px; }
        table { border-collapse: collapse; background: var(--card); border: 1px solid var(--edge); font-size: 14px; }
        caption { text-align: left; font-weight: 600; padding: 6px 0; white-space: nowrap; }
        th, td { padding: 3px 12px; border-bottom: 1px solid var(--edge); white-space: nowrap; }
        thead th { color: var(--soft); font-weight: 600; text-align: right; }
        tbody th, thead th:first-child { text-align: left; font-weight: 500; position: sticky; left: 0; background: var(--card); }
        td { text-align: right; background: linear-gradient(90deg, color-mix(in srgb, var(--link) 22%, transparent) calc(var(--d) * 100%), transparent 0); print-color-adjust: exact; }
        .misses { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(min(460px, 100%), 1fr)); }
        .miss { background: var(--card); border: 1px solid var(--edge); border-radius: 10px; padding: 8px 12px 10px; break-inside: avoid; content-visibility: auto; contain-intrinsic-size: auto 210px; }
        .miss h3 { margin: 0 0 6px; font-size: 14px; }
        .three { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; }
        .calibration p { max-width: 75ch; }
        .charts { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 340px)); margin: 12px 0 20px; break-inside: avoid; }
        .charts svg { width: 100%; display: block; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; print-color-adjust: exact; }
        .charts rect { fill: none; stroke: var(--edge); }
        .charts path { fill: none; stroke: var(--link); stroke-width: 1.5; }
        .charts .even { stroke: var(--soft); stroke-dasharray: 4 4; }
        .charts circle { fill: var(--link); fill-opacity: .75; }
        .charts text { font-size: 12px; fill: var(--soft); text-anchor: middle; }
        .charts .start { text-anchor: start; } .charts .end { text-anchor: end; }
        figure { margin: 0; min-width: 0; }
        figcaption { font-size: 12px; color: var(--soft); padding-top: 4px; overflow-wrap: anywhere; }
        @media print { .miss { content-visibility: visible; } }
        """;

    /// <summary>The duplicates page: counts and filters on top, then one card per group.</summary>
    public const string Duplicates = """
        .controls { position: sticky; top: 0; z-index: 2; background: color-mix(in srgb, var(--ground) 92%, transparent); backdrop-filter: blur(6px); border-bottom: 1px solid var(--edge); }
        .controls form { max-width: 1600px; margin: 0 auto; padding: 8px clamp(12px, 2.5vw, 32px); display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; }
        fieldset { border: 0; margin: 0; padding: 0; display: contents; }
        legend { position: absolute; left: -999px; }
        .pill { display: inline-flex; gap: 7px; align-items: center; min-height: 34px; padding: 3px 12px 3px 9px; border: 1px solid var(--edge); border-radius: 99px; background: var(--card); cursor: pointer; }
        .pill input { margin: 0; width: 16px; height: 16px; accent-color: var(--kind); }
        .pill b { font-weight: 600; }
        .pill:has(:focus-visible) { outline: 3px solid var(--link); outline-offset: 2px; }
        .controls input[type=search] { flex: 1 1 150px; min-width: 0; max-width: 320px; min-height: 34px; padding: 3px 12px; border: 1px solid var(--edge); border-radius: 99px; background: var(--card); color: inherit; font: inherit; }
        .controls output { margin-left: auto; color: var(--soft); font-size: 13px; }
        .same_bytes { --kind: var(--same_bytes); } .same_pixels { --kind: var(--same_pixels); }
        .edited_copy { --kind: var(--edited_copy); } .similar, .other { --kind: var(--similar); }
        .group { margin: 18px 0; content-visibility: auto; contain-intrinsic-size: auto 420px; }
        .group h2 { display: flex; gap: 4px 10px; flex-wrap: wrap; align-items: baseline; margin: 0 0 6px; font-size: 16px; }
        .group h2 small { font-weight: 400; font-size: 13px; color: var(--soft); }
        .cards { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr)); }
        .card { background: var(--card); border: 1px solid var(--edge); border-radius: 10px; overflow: hidden; display: flex; flex-direction: column; position: relative; break-inside: avoid; }
        .card.keep { border: 2px solid var(--keep); }
        .card .text { padding: 9px 12px 11px; font-size: 13px; display: flex; flex-direction: column; gap: 5px; flex: 1; }
        .badges { display: flex; flex-wrap: wrap; gap: 5px; }
        .badge { font-size: 12px; font-weight: 600; line-height: 1.3; padding: 2px 9px; border-radius: 99px; color: var(--kind, var(--soft)); border: 1px solid currentColor; }
        .badge.kept { position: absolute; left: 7px; top: 7px; color: var(--keep); background: var(--keep-tint); print-color-adjust: exact; }
        .evidence { color: var(--soft); }
        .name { font-size: 14px; font-weight: 600; }
        dl { display: grid; grid-template-columns: auto 1fr; gap: 1px 10px; margin: auto 0 0; padding-top: 6px; border-top: 1px solid var(--edge); }
        dt { color: var(--soft); }
        dd { margin: 0; text-align: right; }
        mark { background: var(--mark); color: var(--mark-ink); border-radius: 4px; padding: 0 5px; print-color-adjust: exact; }
        dd mark { margin-right: -5px; }
        .folder { font-size: 12px; color: var(--soft); }
        .none { padding: 48px 0; text-align: center; color: var(--soft); }
        @media (max-width: 520px) {
          .cards { gap: 8px; } .card { flex-direction: row; } .card .frame { flex: 0 0 36%; aspect-ratio: auto; min-height: 120px; } .card .text { min-width: 0; }
          .badge.kept { position: static; } .controls { position: static; } .controls output { margin-left: 4px; }
        }
        @media print { .group { content-visibility: visible; break-inside: avoid; } .cards { grid-template-columns: repeat(4, 1fr); } }
        """;
}
