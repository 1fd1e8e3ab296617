namespace Adjoint;

/// <summary>
/// The checksum of zip and gzip (ISO 3309, reflected polynomial EDB88320), which the framework's readers do not verify in every case.
/// </summary>
static class Crc32
{
    static readonly uint[] Table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte x in bytes) crc = Table[(byte)crc ^ x] ^ (crc >> 8);
        return ~crc;
    }

    static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (0xEDB88320 & (uint)-(int)(value & 1));
            table[i] = value;
        }

        return table;
    }
}
