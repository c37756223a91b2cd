namespace NeuralFramework.Reporting;

/// <summary>How the pages look, light and dark.</summary>
internal static class PageStyle
{
    /// <summary>The style of charts.</summary>
    public const string Chart = """
        .chart svg,svg{font:11px system-ui,"DejaVu Sans",sans-serif}
        text{fill:var(--soft)}.title{font-weight:600;font-size:12.5px;fill:var(--ink)}
        .grid{stroke:var(--line);stroke-width:.7}.axis{stroke:var(--soft);fill:none;stroke-width:.8}
        .mark{stroke:var(--soft);stroke-dasharray:2 3}
        .line{fill:none;stroke:var(--c);stroke-width:1.7;stroke-linejoin:round}.dashed{stroke-dasharray:5 3}
        .dot{fill:var(--c)}
        """;

    /// <summary>The style of a page around its charts.</summary>
    public const string Page = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,"DejaVu Sans",sans-serif}
        header,main,footer{max-width:1240px;margin:0 auto;padding:0 16px}
        header{padding-top:20px}h1{font-size:1.6rem;margin:0;overflow-wrap:anywhere}
        h2{font-size:1.15rem;margin:0 0 10px}h3{font-size:1rem;margin:16px 0 6px}
        .sub{color:var(--soft);margin:2px 0 12px;overflow-wrap:anywhere}
        nav ul{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;padding:0;margin:0 0 14px}
        a{color:var(--link)}:focus-visible{outline:2px solid var(--link);outline-offset:2px}
        section{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:14px 16px;margin:0 0 16px}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px 20px;margin:0}
        .wide{grid-column:1/-1}.facts dt{color:var(--soft);font-size:.82rem}.facts dd{margin:0;font-weight:600;overflow-wrap:anywhere}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:12px 18px}
        figure{margin:0}.chart{max-width:520px}.chart svg{width:100%;height:auto;display:block}
        .note{color:var(--soft);font-size:.9rem;margin:6px 0}
        .scroll{overflow-x:auto;max-width:100%}
        table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--soft);padding:2px 0 6px}
        th,td{padding:3px 9px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
        th[scope=row],th:first-child{text-align:left}thead th{color:var(--soft);font-weight:600}tbody th{font-weight:500}
        .beside{display:flex;flex-wrap:wrap;gap:0 40px}.beside>div{min-width:0;max-width:100%}
        .bar{display:inline-block;height:.7em;background:var(--c1);border-radius:2px;vertical-align:baseline}
        td:has(.bar),#times :is(th,td):nth-child(2){text-align:left}.bar.b{background:var(--c2)}
        .matrix td,.matrix thead th{text-align:center;padding:3px 5px}.matrix td{border:1px solid var(--line)}
        .matrix td.z{color:var(--faint)}.matrix td.r{outline:1.5px solid var(--good);outline-offset:-2px}
        .pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(108px,1fr));gap:12px;list-style:none;padding:0;margin:8px 0 0}
        .pictures img{width:96px;height:96px;object-fit:contain;image-rendering:pixelated;background:var(--line);border-radius:4px;display:block}
        .pictures figcaption{font-size:.8rem;line-height:1.3;margin-top:3px;overflow-wrap:anywhere}.pictures b{color:var(--bad)}
        .histograms{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px}
        .histograms figcaption{font-size:.8rem;color:var(--soft);overflow-wrap:anywhere}
        .histograms svg{width:100%;height:56px;display:block}.histograms path{fill:var(--c1)}.histograms line{stroke:var(--soft)}
        .key{display:flex;flex-wrap:wrap;gap:2px 14px;list-style:none;padding:0;margin:8px 0 0;font-size:.82rem}
        .key span{display:inline-block;width:14px;height:3px;background:var(--c);vertical-align:middle;margin-right:5px}
        .drawing{overflow:auto;max-width:100%;max-height:640px}.drawing svg{display:block;max-width:none}
        pre{overflow:auto;max-height:480px;background:var(--back);padding:10px;border-radius:6px;font-size:.8rem;margin:8px 0}
        .live{position:fixed;right:12px;bottom:8px;margin:0;padding:2px 10px;border-radius:12px;background:var(--paper);
        border:1px solid var(--line);color:var(--soft);font-size:.82rem}
        summary{cursor:pointer;padding:3px 0}code{overflow-wrap:anywhere}
        footer{color:var(--soft);font-size:.82rem;padding-bottom:24px}
        @media(max-width:500px){header,main,footer{padding:0 8px}header{padding-top:12px}section{padding:12px 10px}
        .facts{grid-template-columns:repeat(2,1fr)}}
        """;

    // The drawings of graphs and filters have the colours of their files; in the dark they are turned around.
    private const string DarkDrawing = """
        @media(prefers-color-scheme:dark){
        .drawing [fill="#ffffff"]{fill:var(--paper)}.drawing text[fill="#222222"]{fill:var(--ink)}
        .drawing text[fill="#555555"]{fill:var(--soft)}.drawing [stroke="#666666"]{stroke:#8b95a3}
        .drawing path[fill="#666666"],.drawing circle[fill="#666666"]{fill:#8b95a3}
        .drawing [fill="#eef2f9"]{fill:#1d2a40}.drawing [fill="#eef6ee"]{fill:#1b3120}
        .drawing [fill="#fbeeee"]{fill:#3b2022}.drawing [fill="#d8d8d8"]{fill:#3a3f47;stroke:#3a3f47}}
        """;

    /// <summary>The whole style of a page.</summary>
    public static string All { get; } = Colours(":root") + Chart + Page + DarkDrawing;

    /// <summary>The colours, as properties of an element.</summary>
    public static string Colours(string element) => $$"""
        {{element}}{color-scheme:light dark;--back:#f3f5f8;--paper:#fff;--ink:#1b2129;--soft:#566070;--faint:#b3bac4;
        --line:#dde2e9;--link:#0b57b5;--good:#1a7f37;--bad:#b3261e;--heat:37,99,196;--ramp:42%;
        --c1:#1f66c1;--c2:#c2500a;--c3:#1a7f37;--c4:#8a3ab9;--c5:#a0670a;--c6:#0f7f8b}
        @media(prefers-color-scheme:dark){ {{element}}{--back:#12161c;--paper:#1a2028;--ink:#e6eaf0;--soft:#a3adba;
        --faint:#5a6470;--line:#303844;--link:#7db4ff;--good:#5fc57a;--bad:#ff8a80;--heat:80,140,240;--ramp:68%;
        --c1:#6ea8fe;--c2:#ff9a5c;--c3:#5fc57a;--c4:#c58af0;--c5:#e0b050;--c6:#4fc8d6} }

        """;
}
