using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>An operand that comes from memory.</summary>
/// <param name="ElementSize">Bytes of a number: 1, 4 or 8.</param>
/// <param name="Strides">Elements to step along each axis of the program; 0 repeats.</param>
public sealed record TileInput(int ElementSize, int[] Strides);

/// <summary>A step and its operands. Values are numbered: inputs first, then the results of the steps in order.</summary>
/// <param name="Step">What is computed.</param>
/// <param name="X">First operand.</param>
/// <param name="Y">Second operand; that of X where there is none.</param>
/// <param name="Z">Third operand; that of X where there is none.</param>
/// <param name="ElementSize">Bytes of a number of the result.</param>
/// <param name="Output">Which output the result is, dense and row-major; -1 if only later steps see it.</param>
public sealed record TileInstruction(TileStep Step, int X, int Y, int Z, int ElementSize, int Output);

/// <summary>
/// A chain of pointwise operations walked tile by tile, so that what passes from one to the next stays in the first-level cache: one pass over memory for all of them
/// together. Each step is the loop that would run alone, so bits are the same. Layout: tiles are whole rows or parts of one; inputs that lie dense are read in place, others are
/// laid out in a buffer first. Limit: memory bandwidth of inputs and outputs, then arithmetic of the steps.
/// </summary>
public sealed unsafe class TileProgram
{
    // What a tile touches must stay in 32 KB of first-level cache; a tile too short would be all calls.
    const int TileBytes = 20480, MinimumElements = 256, MaximumElements = 1024;

    // One step over dense inputs passes nothing on: its tiles are there to be shared out only.
    const int ElementsOfOneStep = 8192;

    // A row of so many elements is a tile of its own where inputs repeat along it or from row to row: they are then read in place.
    const int LongRow = 256;

    const int MinimumPerWorker = 32768;

    readonly TileShape shape;
    readonly TileInput[] inputs;
    readonly TileInstruction[] instructions;
    readonly int[] buffers;
    readonly int bufferCount;
    readonly int bufferBytes;
    readonly int rowsPerTile;
    readonly int columnsPerTile;
    readonly int tilesPerRow;
    readonly int tiles;
    readonly int minimumTiles;

    /// <summary>Plans the walk over elements of the given sizes.</summary>
    public TileProgram(ReadOnlySpan<int> sizes, TileInput[] inputs, TileInstruction[] instructions)
    {
        shape = new TileShape(sizes, inputs);
        this.inputs = inputs;
        this.instructions = instructions;
        int largest = 1;
        foreach (TileInput input in inputs) largest = Math.Max(largest, input.ElementSize);
        foreach (TileInstruction instruction in instructions) largest = Math.Max(largest, instruction.ElementSize);
        bool isOneStep = instructions.Length == 1 && Array.TrueForAll(shape.IsDense, static dense => dense);
        int capacity = isOneStep ? ElementsOfOneStep : Math.Clamp(TileBytes / (Math.Max(4, largest) * (inputs.Length + 3)) & -64, MinimumElements, MaximumElements);
        bufferBytes = capacity * Math.Max(4, largest);
        columnsPerTile = Math.Min(shape.Columns, capacity);
        tilesPerRow = columnsPerTile == 0 ? 0 : (shape.Columns + columnsPerTile - 1) / columnsPerTile;
        bool inPlace = shape.Columns >= LongRow && Array.Exists(shape.IsDense, static dense => !dense);
        rowsPerTile = tilesPerRow == 1 && !inPlace ? Math.Min(Math.Max(1, shape.Rows), capacity / shape.Columns) : 1;
        tiles = (shape.Rows + rowsPerTile - 1) / rowsPerTile * tilesPerRow;
        minimumTiles = Math.Max(1, MinimumPerWorker / ((instructions.Length + 1) * Math.Max(1, rowsPerTile * columnsPerTile)));
        buffers = TileBuffers.Assign(shape, inputs, instructions, rowsPerTile, out bufferCount);
    }

    /// <summary>Whether an output may be written over the memory of an input: both lie alike, and no step needs the input after the one that writes the output.</summary>
    public bool MayOverwrite(int input, int output)
    {
        int writer = Array.FindIndex(instructions, one => one.Output == output);
        return shape.IsDense[input] && inputs[input].ElementSize == instructions[writer].ElementSize
            && Array.FindLastIndex(instructions, one => one.X == input || one.Y == input || one.Z == input) <= writer;
    }

    /// <summary>Computes all outputs. Addresses of the inputs' first elements, then of the outputs; the memory must not move meanwhile.</summary>
    public void Run(ReadOnlySpan<nint> inputAddresses, ReadOnlySpan<nint> outputAddresses)
    {
        fixed (nint* from = inputAddresses, to = outputAddresses)
        {
            if (tiles < 2 * minimumTiles) Walk(0, tiles, from, to);
            else Workers.For(tiles, minimumTiles, new Body(this, from, to));
        }
    }

    readonly struct Body(TileProgram program, nint* from, nint* to) : IRangeBody
    {
        public void Run(int start, int end) => program.Walk(start, end, from, to);
    }

    [SkipLocalsInit]
    void Walk(int start, int end, nint* from, nint* to)
    {
        byte* room = stackalloc byte[(bufferCount * bufferBytes) + 64];
        room = (byte*)(((nint)room + 63) & -64);
        TileOperand* values = stackalloc TileOperand[inputs.Length + instructions.Length];
        for (int tile = start; tile < end; tile++)
        {
            int row = tile / tilesPerRow * rowsPerTile, column = tile % tilesPerRow * columnsPerTile;
            int rows = Math.Min(rowsPerTile, shape.Rows - row), columns = Math.Min(columnsPerTile, shape.Columns - column);
            for (int i = 0; i < inputs.Length; i++)
            {
                // What is the same for every tile is laid out once: the first tile of a range has at least as many rows as any other.
                if (tile > start && IsFixed(i)) continue;
                values[i] = Take(i, (byte*)from[i], room + (buffers[i] * bufferBytes), row, rows, column, columns);
            }

            long first = ((long)row * shape.Columns) + column;
            for (int s = 0; s < instructions.Length; s++)
            {
                TileInstruction one = instructions[s];
                byte* target = one.Output >= 0 ? (byte*)to[one.Output] + (first * one.ElementSize) : room + (buffers[inputs.Length + s] * bufferBytes);
                one.Step.Run(in values[one.X], in values[one.Y], in values[one.Z], target, rows * columns);
                values[inputs.Length + s] = new TileOperand(target, 1);
            }
        }
    }

    bool IsFixed(int input) => shape.IsOneRow[input] && (tilesPerRow == 1 || shape.ColumnStrides[input] == 0);

    TileOperand Take(int i, byte* source, byte* buffer, int row, int rows, int column, int columns)
    {
        int size = inputs[i].ElementSize, step = shape.ColumnStrides[i];
        if (shape.IsDense[i]) return new TileOperand(source + ((((long)row * shape.Columns) + column) * size), 1);
        bool oneRow = rows == 1 || shape.IsOneRow[i];
        if (step == 0 && oneRow) return new TileOperand(source + (shape.RowOffset(i, row) * size), 0);
        if (step == 1 && rows == 1) return new TileOperand(source + ((shape.RowOffset(i, row) + column) * size), 1);
        switch (size)
        {
            case 4: Lay(i, (int*)source, (int*)buffer, row, rows, column, columns); break;
            case 8: Lay(i, (long*)source, (long*)buffer, row, rows, column, columns); break;
            default: Lay(i, source, buffer, row, rows, column, columns); break;
        }

        return new TileOperand(buffer, 1);
    }

    void Lay<T>(int i, T* source, T* buffer, int row, int rows, int first, int columns) where T : unmanaged
    {
        int step = shape.ColumnStrides[i];
        if (step == 1 && shape.RowStride(i) is { } stride)
        {
            Rows.Copy(source + (row * stride) + first, stride, buffer, columns, columns, rows);
            return;
        }

        for (int r = 0; r < rows; r++, buffer += columns)
        {
            T* line = source + shape.RowOffset(i, row + r) + ((long)first * step);
            if (step == 1) Rows.Copy(line, buffer, columns);
            else if (step == 0) new Span<T>(buffer, columns).Fill(*line);
            else
            {
                for (int column = 0; column < columns; column++, line += step) buffer[column] = *line;
            }
        }
    }
}
