namespace NeuralFramework.Reporting;

/// <summary>An image of a sheet with the words under it; null: none.</summary>
internal sealed record Tile(PixelImage Image, string? Caption = null);

/// <summary>Grids of tiles below one another, each with a heading.</summary>
internal sealed class TileSheet(string title)
{
    private const double Widest = 1100;
    private const double Margin = 16;
    private const double Gap = 4;
    private const double SectionGap = 22;
    private const double HeadingHeight = 2 * Scene.LineHeight + 4;

    // About as large as this, larger if they are few; but no pixel larger than so many units.
    private const double TileExtent = 60;
    private const double LargeTileExtent = 96;
    private const int FewTiles = 10;
    private const double LargestPixel = 16;
    private const string PanelColour = "#d8d8d8";
    private const string TextColour = "#222222";
    private const string NoteColour = "#555555";

    private readonly List<Section> sections = [];

    private sealed record Section(string Heading, string Note, IReadOnlyList<Tile> Tiles)
    {
        public double PixelSize { get; } = Math.Clamp(Math.Round((Tiles.Count > FewTiles ? TileExtent : LargeTileExtent)
            / Math.Max(Tiles[0].Image.Height, Tiles[0].Image.Width)), 1, LargestPixel);

        public double CaptionHeight { get; } = Tiles.Any(tile => tile.Caption is not null) ? Scene.LineHeight : 0;

        public double TileHeight => Tiles[0].Image.Height * PixelSize;

        public double TileWidth => Tiles[0].Image.Width * PixelSize;

        public double CellWidth => Math.Max(TileWidth, Tiles.Max(tile => Scene.WidthOf(tile.Caption ?? "")));

        public int Columns => ColumnsFor(Tiles.Count, Math.Max(1, (int)((Widest - Gap) / (CellWidth + Gap))));

        public int Rows => (Tiles.Count + Columns - 1) / Columns;

        public double PanelWidth => Columns * (CellWidth + Gap) + Gap;

        public double PanelHeight => Rows * (TileHeight + CaptionHeight + Gap) + Gap;

        public double Width => Math.Max(PanelWidth, Math.Max(Scene.WidthOf(Heading, isBold: true), Scene.WidthOf(Note)));

        public double Height => HeadingHeight + PanelHeight;
    }

    /// <summary>How many tiles the sheet has.</summary>
    public int TileCount => sections.Sum(section => section.Tiles.Count);

    /// <summary>How many grids it has.</summary>
    public int SectionCount => sections.Count;

    /// <summary>Adds a grid.</summary>
    /// <param name="heading">What it shows.</param>
    /// <param name="note">How to read it.</param>
    /// <param name="tiles">One or more, of one size.</param>
    public void Add(string heading, string note, IReadOnlyList<Tile> tiles) => sections.Add(new Section(heading, note, tiles));

    /// <summary>The sheet as a drawing.</summary>
    public Scene Build()
    {
        var width = sections.Max(section => section.Width);
        var height = sections.Sum(section => section.Height + SectionGap) - SectionGap;
        var scene = new Scene(title, string.Join("; ", sections.Select(section => section.Heading)),
            Math.Ceiling(width + 2 * Margin), Math.Ceiling(height + 2 * Margin));
        var top = Margin;
        foreach (var section in sections)
        {
            Draw(section, scene, top);
            top += section.Height + SectionGap;
        }
        return scene;
    }

    // Full rows look best, as long as they are not short.
    private static int ColumnsFor(int tiles, int most)
    {
        for (var columns = Math.Min(tiles, most); 2 * columns > most; columns--)
            if (tiles % columns == 0)
                return columns;
        var rows = (tiles + most - 1) / most;
        return (tiles + rows - 1) / rows;
    }

    private static void Draw(Section section, Scene scene, double top)
    {
        scene.Texts.Add(new SceneText(Margin, top + Scene.FontSize, section.Heading, TextColour, TextAnchor.Start, IsBold: true));
        scene.Texts.Add(new SceneText(Margin, top + Scene.LineHeight + Scene.FontSize, section.Note, NoteColour, TextAnchor.Start,
            IsBold: false));
        top += HeadingHeight;
        scene.Boxes.Add(new SceneBox(Margin, top, section.PanelWidth, section.PanelHeight, PanelColour, PanelColour));
        for (var i = 0; i < section.Tiles.Count; i++)
        {
            var (row, column) = Math.DivRem(i, section.Columns);
            var x = Margin + Gap + column * (section.CellWidth + Gap) + Math.Floor((section.CellWidth - section.TileWidth) / 2);
            var y = top + Gap + row * (section.TileHeight + section.CaptionHeight + Gap);
            scene.Images.Add(new SceneImage(x, y, section.PixelSize, section.Tiles[i].Image));
            if (section.Tiles[i].Caption is { } caption)
                scene.Texts.Add(new SceneText(x + section.TileWidth / 2, y + section.TileHeight + Scene.FontSize - 1, caption,
                    TextColour, TextAnchor.Middle, IsBold: false));
        }
    }
}
