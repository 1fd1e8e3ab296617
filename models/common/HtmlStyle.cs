namespace Adjoint.Models;

/// <summary>The style of report pages: one column, quiet, light or dark as the reader's system is.</summary>
static class HtmlStyle
{
    public const string Sheet = """
        :root { --ground: #fbfbfa; --card: #ffffff; --text: #1d1f23; --quiet: #61666e; --grid: #e3e4e6; --accent: #2f7ed8; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #15171a; --card: #1c1f23; --text: #e6e7e9; --quiet: #9aa0a8; --grid: #33373d; --accent: #6aaaf0; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
        header { border-left: 4px solid var(--accent); padding-left: 1rem; margin-bottom: 2rem; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; font-weight: 650; letter-spacing: -.01em; }
        h2 { font-size: 1.15rem; margin: 0 0 .9rem; font-weight: 620; }
        p { margin: 0 0 .9rem; max-width: 44rem; overflow-wrap: anywhere; }
        header p { color: var(--quiet); margin: 0; }
        section { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 1.25rem 1.4rem; margin: 0 0 1.25rem; }
        section > :last-child { margin-bottom: 0; }
        .scroll { overflow-x: auto; margin: 0 0 1.1rem; }
        table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--quiet); padding-bottom: .4rem; }
        th, td { text-align: left; padding: .34rem .9rem .34rem 0; border-bottom: 1px solid var(--grid); vertical-align: top; overflow-wrap: break-word; }
        th, td:first-child { white-space: nowrap; }
        td:last-child { overflow-wrap: anywhere; }
        th { color: var(--quiet); font-weight: 550; }
        tbody tr:last-child td { border-bottom: 0; }
        .number { text-align: right; }
        figure { margin: 0 0 1.4rem; }
        figcaption { font-size: .92rem; color: var(--quiet); margin: 0 0 .4rem; }
        .key { margin-left: 1.1rem; white-space: nowrap; }
        .key::before { content: ""; display: inline-block; width: .8em; height: .8em; border-radius: 50%; margin-right: .4em; background: var(--key); vertical-align: -.05em; }
        .key.broken::before { background: none; border: .2em dashed var(--key); }
        svg { display: block; width: 100%; height: auto; color: var(--text); }
        svg text { font-family: inherit; }
        .picture img { max-width: 100%; height: auto; display: block; image-rendering: pixelated; border-radius: 4px; }
        .picture figcaption { margin: .4rem 0 0; }
        @media print { body { background: none; } section { break-inside: avoid; } }
        """;
}
