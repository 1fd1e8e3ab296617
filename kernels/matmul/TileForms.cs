namespace Adjoint.Kernels;

/// <summary>The height of a register tile as a type, so that each height compiles to its own straight-line code.</summary>
interface ITileHeight
{
    static abstract int Rows { get; }
}

/// <summary>Whether a register tile is two vectors wide, or one.</summary>
interface ITileWidth
{
    static abstract bool IsWide { get; }
}

/// <summary>How a tile's factors lie: along rows (column stride 1), or along columns (row stride 1; a packed sliver too).</summary>
interface ITileLeft
{
    static abstract bool IsRows { get; }
}

readonly struct Height1 : ITileHeight
{
    public static int Rows => 1;
}

readonly struct Height2 : ITileHeight
{
    public static int Rows => 2;
}

readonly struct Height3 : ITileHeight
{
    public static int Rows => 3;
}

readonly struct Height4 : ITileHeight
{
    public static int Rows => 4;
}

readonly struct Height5 : ITileHeight
{
    public static int Rows => 5;
}

readonly struct Height6 : ITileHeight
{
    public static int Rows => 6;
}

readonly struct Height7 : ITileHeight
{
    public static int Rows => 7;
}

readonly struct Height8 : ITileHeight
{
    public static int Rows => 8;
}

readonly struct Height9 : ITileHeight
{
    public static int Rows => 9;
}

readonly struct Height10 : ITileHeight
{
    public static int Rows => 10;
}

readonly struct Height11 : ITileHeight
{
    public static int Rows => 11;
}

readonly struct Height12 : ITileHeight
{
    public static int Rows => 12;
}

readonly struct Narrow : ITileWidth
{
    public static bool IsWide => false;
}

readonly struct Wide : ITileWidth
{
    public static bool IsWide => true;
}

readonly struct AlongRows : ITileLeft
{
    public static bool IsRows => true;
}

readonly struct AlongColumns : ITileLeft
{
    public static bool IsRows => false;
}
