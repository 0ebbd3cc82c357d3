// The page's looks, light and dark by the reader's system, from a telephone's width on.
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dee4, #3d444d); --soft: light-dark(#f6f8fa, #151b23); --dim: light-dark(#59636e, #9198a1); --link: light-dark(#0969da, #4493f8);
  --good: light-dark(#1a7f37, #3fb950); --warn: light-dark(#9a6700, #d29922); --bad: light-dark(#cf222e, #f85149); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem clamp(.75rem, 3vw, 2rem) 3rem; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #f0f6fc); overflow-wrap: anywhere; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; } header p { margin: 0; } .brand { font-weight: 700; }
h1 { font-size: clamp(1.3rem, 4vw, 1.8rem); line-height: 1.2; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
a { color: var(--link); } code { font: .87em/1.5 ui-monospace, monospace; } .dim { color: var(--dim); } footer { margin-top: 2.5rem; font-size: .87rem; }
.state { border: 1px solid var(--line); border-left: .4rem solid var(--warn); border-radius: 6px; padding: .75rem 1rem; margin: 1rem 0; } .state p { margin: 0; }
.state.synced { border-left-color: var(--good); } .state.failed { border-left-color: var(--bad); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .75rem; margin: 0; }
.facts div { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; } dt { color: var(--dim); font-size: .87rem; } dd { margin: 0; }
meter { width: 100%; }
.list { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 6px; } .list > li { padding: .5rem .9rem; } .list > li + li { border-top: 1px solid var(--line); }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; font-size: .8rem; } .tag.good { color: var(--good); border-color: currentcolor; } .tag.warn { color: var(--warn); border-color: currentcolor; } .tag.bad, .bad { color: var(--bad); border-color: currentcolor; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; } table { border-collapse: collapse; width: 100%; overflow-wrap: normal; } th, td { text-align: left; padding: .45rem .9rem; white-space: nowrap; } td:nth-child(4) { white-space: normal; min-width: 12rem; } tbody tr { border-top: 1px solid var(--line); } th { color: var(--dim); font-weight: 600; font-size: .87rem; }
@media (max-width: 40rem) { thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } tbody tr:first-child { border-top: 0; } tbody tr { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding: .5rem .9rem; } td, td:nth-child(4) { padding: 0; min-width: 0; }
  table.grades thead { position: static; display: table-header-group; width: auto; height: auto; clip-path: none; } table.grades tr { display: table-row; } table.grades :is(th, td) { padding: .35rem .6rem; white-space: normal; } }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; } .facts h3 { margin: 0 0 .25rem; } .facts p { margin: 0 0 .25rem; }
.bar { display: block; width: 100%; height: .6rem; border-radius: 3px; margin: .25rem 0; } .key { width: .7rem; height: .7rem; vertical-align: baseline; } .keys { list-style: none; display: flex; flex-wrap: wrap; gap: 0 .9rem; margin: 0 0 .25rem; padding: 0; font-size: .87rem; }
.s0 { fill: light-dark(#0550ae, #79c0ff); } .s1 { fill: light-dark(#1b7c83, #39c5cf); } .s2 { fill: light-dark(#bf8700, #e3b341); } .s3 { fill: light-dark(#bc4c00, #ffa657); } .s4 { fill: light-dark(#8250df, #d2a8ff); } .s5 { fill: light-dark(#6e7781, #8b949e); }
summary { cursor: pointer; color: var(--link); } details > :not(summary) { margin: .4rem 0; } details ol { padding-left: 1.5rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;
