namespace Adjoint;

/// <summary>Checks of text before it is written: encoders would silently replace what UTF-8 cannot hold.</summary>
static class UnicodeText
{
    /// <summary>Whether every surrogate is half of a pair.</summary>
    public static bool IsWellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')) return true;
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
