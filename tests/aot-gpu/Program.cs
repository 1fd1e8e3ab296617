using System.Runtime.InteropServices;
using Adjoint;
using Adjoint.Gpu;
using Adjoint.Kernels;

// A program without a compiler on a GPU. `adjoint-aot-gpu PACK` says what the driver offers, takes two kernels from the pack, makes the numbers -50 to 49 on the device, cuts the negative ones to 0, once by
// launches and three times by a sequence, and prints the sum of what it reads back.
if (args is not [var path])
{
    Console.Error.WriteLine("usage: adjoint-aot-gpu PACK");
    return 2;
}

DriverReport report = CudaDriver.Probe();
Console.WriteLine(report);
if (!report.IsUsable) return 1;

const int Count = 100;
KernelReference sequence = new("strided_sequence", typeof(float)), relu = new("dense_unary", typeof(Relu), typeof(float));
using CudaDevice device = CudaDevice.Open(0, new PackedKernels(KernelPack.FromBytes(File.ReadAllBytes(path))));
ulong x = device.Allocate(Count * sizeof(float)), y = device.Allocate(Count * sizeof(float));

var numbers = new LaunchArguments(new byte[LaunchArguments.MaxBytes]);
numbers.Add(new DeviceView(x, Count));
numbers.Add(Count);
numbers.Add(-50.0);
numbers.Add(1.0);
var cut = new LaunchArguments(new byte[LaunchArguments.MaxBytes]);
cut.Add(new DeviceView(x, Count));
cut.Add(new DeviceView(y, Count));
cut.Add((long)Count);
cut.Add(default(Relu));

LaunchGrid grid = LaunchGrid.Cover(Count, device.BlockThreads);
device.Launch(sequence, grid, numbers.Bytes);
device.Launch(relu, grid, cut.Bytes);
float direct = Sum();
device.Fill(y, 0xff, Count * sizeof(float));
using ILaunchSequence steps = device.Prepare([new(sequence, grid, numbers.Bytes.ToArray()), new(relu, grid, cut.Bytes.ToArray())]);
for (int i = 0; i < 3; i++) steps.Run();
float repeated = Sum();
Console.WriteLine(FormattableString.Invariant($"sums {direct} {repeated}"));
try
{
    device.Launch(new KernelReference("absent"), grid, []);
}
catch (KernelPackException exception)
{
    Console.WriteLine(exception.Message);
}

return direct == 1225 && repeated == direct ? 0 : 1;

float Sum()
{
    var result = new float[Count];
    device.Read(y, MemoryMarshal.AsBytes(result.AsSpan()));
    return result.Sum();
}
