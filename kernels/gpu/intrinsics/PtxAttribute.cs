namespace Adjoint.Kernels.Gpu;

/// <summary>
/// The machine form of an intrinsic, beside the C# body that is its meaning on the simulator. <c>$r</c> is the register of the result, <c>$0</c>, <c>$1</c> … those of
/// the arguments; a structure stands for its fields in order, in braces and separated by commas. A reference stands for its address; <c>$0:shared</c> demands that
/// the compiler knows it to be in that memory, <c>$0:number</c> that it is a constant, which is written as one. <c>$(0-3: text #)</c> stands for the text with each of the numbers.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class PtxAttribute(string text) : Attribute
{
    /// <summary>Instructions with placeholders, each ended by a semicolon.</summary>
    public string Text { get; } = text;
}
