"""The viewer's static markup; the script fills it, so nothing from a user ever enters it."""

HTML = """
<div class="gv" data-rev="">
  <div class="gv-bar" role="toolbar" aria-label="Viewer tools">
    <span class="gv-group">
      <button type="button" data-act="zoomOut" aria-label="Zoom out" title="Zoom out (-)"></button>
      <button type="button" data-act="zoomIn" aria-label="Zoom in" title="Zoom in (+)"></button>
      <button type="button" data-act="all" aria-label="Show the whole sequence" title="Show all (0)"></button>
      <button type="button" data-act="select" aria-pressed="false" aria-label="Select a region by dragging"
        title="Drag selects (or hold Shift)"></button>
      <button type="button" data-act="fit" aria-pressed="true" aria-label="Height follows the window"
        title="Height follows the window (y)"></button>
      <button type="button" data-act="wrap" aria-pressed="false" aria-label="Wrap a long sequence into rows"
        title="Wrap into rows (w)"></button>
      <button type="button" data-act="strand" aria-pressed="false" aria-label="Show the other strand"
        title="Turn to the other strand (r)"></button>
    </span>
    <span class="gv-group">
      <button type="button" data-act="fade" aria-pressed="true" aria-label="Fade what could be chance"
        title="Fade what shuffled sequences reach too (b)"></button>
      <button type="button" data-act="refit" aria-pressed="false" aria-label="Refit the scale to the edited sequence"
        title="Refit: scale of the edited sequence, not of the original (f)" hidden></button>
      <button type="button" data-act="compare" aria-pressed="true" aria-label="Original as outline, difference or off"
        title="The original: outline, difference, off (o)" hidden></button>
    </span>
  </div>
  <div class="gv-bar gv-files" role="toolbar" aria-label="Colours, files and keys">
    <span class="gv-group">
      <label class="gv-pick"><span class="gv-sr">Letter colours</span>
        <select data-act="palette" title="Letter colours">
          <option value="classic">Classic colours</option>
          <option value="colour-safe">Colour-vision safe</option>
          <option value="mono">Outlined, no colour</option>
        </select></label>
      <button type="button" data-act="link" class="gv-word" aria-label="Copy a link to this view"
        title="Copy a link to this view" hidden>Link</button>
      <button type="button" data-act="save" class="gv-word" aria-expanded="false" aria-label="Save the picture"
        title="Save the picture as SVG, PDF or PNG (s)">Save</button>
      <button type="button" data-act="help" class="gv-word" aria-expanded="false" aria-label="Keys"
        title="Keys (?)">?</button>
    </span>
  </div>
  <div class="gv-stage">
    <canvas class="gv-base" tabindex="0" role="application" aria-roledescription="sequence viewer"></canvas>
    <canvas class="gv-over" aria-hidden="true"></canvas>
    <div class="gv-tip" aria-hidden="true" hidden></div>
    <div class="gv-menu" role="dialog" hidden></div>
    <div class="gv-save" role="dialog" aria-label="Save the picture" hidden></div>
    <div class="gv-help" role="dialog" aria-label="Keys" hidden></div>
  </div>
  <p class="gv-summary"></p>
  <p class="gv-sr gv-live" aria-live="polite"></p>
</div>
"""
