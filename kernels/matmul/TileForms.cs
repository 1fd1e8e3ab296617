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

readonly struct Height1 : ITileHeight
{
    public static int Rows => 1;
}

readonly struct Height2 : ITileHeight
{
    public static int Rows => 2;
}

readonly struct Height4 : ITileHeight
{
    public static int Rows => 4;
}

readonly struct Height6 : ITileHeight
{
    public static int Rows => 6;
}

readonly struct Height8 : ITileHeight
{
    public static int Rows => 8;
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
