// One canvas over the map for all signs. It is moved and scaled with the map by Leaflet while
// somebody pans or zooms, and painted anew when they let go.
import "/static/vendor/leaflet.js";

const L = globalThis.L;

/**
 * A layer that calls `paint(context, bounds)` with a context in layer points, and where to paint.
 * `L.Renderer` keeps a container aligned through pans and zooms; we give it a canvas of our own.
 */
export const SymbolLayer = L.Renderer.extend({
  options: { padding: 0.12, pane: "signs" },

  initialize(paint) {
    L.Renderer.prototype.initialize.call(this, {});
    this._paint = paint;
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
    this._context = this._container.getContext("2d");
  },

  _destroyContainer() {
    cancelAnimationFrame(this._coming);
    this._container.remove();
    delete this._container;
    delete this._context;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize(),
      fine = globalThis.devicePixelRatio || 1;
    const [width, height] = [Math.round(size.x * fine), Math.round(size.y * fine)];
    // To set a size empties a canvas and gives its memory back: only when it is another one.
    if (this._container.width !== width || this._container.height !== height) {
      this._container.width = width;
      this._container.height = height;
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
    }
    L.DomUtil.setPosition(this._container, this._bounds.min);
    // One jump of the map is told several times; before the next frame it is painted once.
    this._coming ??= requestAnimationFrame(() => this.repaint());
  },

  /** Paint now what was to be painted before the next frame. */
  settle() {
    if (this._coming !== null && this._coming !== undefined) this.repaint();
  },

  /** Paint anew in place. */
  repaint() {
    cancelAnimationFrame(this._coming);
    this._coming = null;
    if (!this._map || !this._context || this._map._animatingZoom) return;
    const fine = globalThis.devicePixelRatio || 1,
      { min } = this._bounds;
    this._context.setTransform(1, 0, 0, 1, 0, 0);
    this._context.clearRect(0, 0, this._container.width, this._container.height);
    this._context.setTransform(fine, 0, 0, fine, -min.x * fine, -min.y * fine);
    this._paint(this._context, this._bounds);
  },
});
