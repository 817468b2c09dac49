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
      <button type="button" data-act="strand" aria-pressed="false" aria-label="Show the other strand"
        title="Turn to the other strand (r)"></button>
    </span>
    <span class="gv-group gv-edit">
      <button type="button" data-act="undo" aria-label="Undo" title="Undo (Ctrl+Z)"></button>
      <button type="button" data-act="redo" aria-label="Redo" title="Redo (Ctrl+Shift+Z)"></button>
      <button type="button" data-act="reset" class="gv-word" aria-label="Reset: take back all edits"
        title="Take back all edits">Reset</button>
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
      <button type="button" data-act="svg" class="gv-word" aria-label="Save the view as SVG"
        title="Save the whole view as SVG">SVG</button>
      <button type="button" data-act="png" class="gv-word" aria-label="Save the view as PNG"
        title="Save the whole view as PNG (s)">PNG</button>
      <button type="button" data-act="help" class="gv-word" aria-expanded="false" aria-label="Keys"
        title="Keys (?)">?</button>
    </span>
  </div>
  <div class="gv-stage">
    <canvas class="gv-base" tabindex="0" role="application" aria-roledescription="sequence viewer"></canvas>
    <canvas class="gv-over" aria-hidden="true"></canvas>
    <div class="gv-tip" aria-hidden="true" hidden></div>
    <div class="gv-menu" role="dialog" hidden></div>
    <div class="gv-help" role="dialog" aria-label="Keys" hidden></div>
  </div>
  <p class="gv-summary"></p>
  <p class="gv-sr gv-live" aria-live="polite"></p>
</div>
"""
