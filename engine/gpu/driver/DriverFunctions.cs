using System.Runtime.InteropServices;

namespace Adjoint.Gpu;

/// <summary>
/// The functions of the driver library under the names that it exports, versions included. Each returns 0 or an error code. Handles are pointers, device addresses 64 bits. The last group may be absent.
/// </summary>
sealed unsafe class DriverFunctions
{
    public readonly delegate* unmanaged<int*, int> DriverGetVersion;
    public readonly delegate* unmanaged<uint, int> Init;
    public readonly delegate* unmanaged<int, byte**, int> GetErrorName;
    public readonly delegate* unmanaged<int, byte**, int> GetErrorString;

    public readonly delegate* unmanaged<int*, int> DeviceGetCount;
    public readonly delegate* unmanaged<int*, int, int> DeviceGet;
    public readonly delegate* unmanaged<byte*, int, int, int> DeviceGetName;
    public readonly delegate* unmanaged<int*, int, int, int> DeviceGetAttribute;
    public readonly delegate* unmanaged<nuint*, int, int> DeviceTotalMem;
    public readonly delegate* unmanaged<nint*, int, int> DevicePrimaryCtxRetain;
    public readonly delegate* unmanaged<int, int> DevicePrimaryCtxRelease;
    public readonly delegate* unmanaged<nint, int> CtxSetCurrent;

    public readonly delegate* unmanaged<ulong*, nuint, int> MemAlloc;
    public readonly delegate* unmanaged<ulong, int> MemFree;
    public readonly delegate* unmanaged<nuint*, nuint*, int> MemGetInfo;
    public readonly delegate* unmanaged<void**, nuint, uint, int> MemHostAlloc;
    public readonly delegate* unmanaged<void*, int> MemFreeHost;
    public readonly delegate* unmanaged<ulong, void*, nuint, nint, int> MemcpyHtoDAsync;
    public readonly delegate* unmanaged<void*, ulong, nuint, nint, int> MemcpyDtoHAsync;
    public readonly delegate* unmanaged<ulong, ulong, nuint, nint, int> MemcpyDtoDAsync;
    public readonly delegate* unmanaged<ulong, byte, nuint, nint, int> MemsetD8Async;

    public readonly delegate* unmanaged<nint*, uint, int> StreamCreate;
    public readonly delegate* unmanaged<nint, int> StreamSynchronize;
    public readonly delegate* unmanaged<nint, int> StreamDestroy;
    public readonly delegate* unmanaged<nint*, uint, int> EventCreate;
    public readonly delegate* unmanaged<nint, nint, int> EventRecord;
    public readonly delegate* unmanaged<nint, int> EventSynchronize;
    public readonly delegate* unmanaged<float*, nint, nint, int> EventElapsedTime;
    public readonly delegate* unmanaged<nint, int> EventDestroy;

    public readonly delegate* unmanaged<nint*, void*, uint, int*, void**, int> ModuleLoadDataEx;
    public readonly delegate* unmanaged<nint*, nint, byte*, int> ModuleGetFunction;
    public readonly delegate* unmanaged<nint, int> ModuleUnload;
    public readonly delegate* unmanaged<nint, int, int, int> FuncSetAttribute;
    public readonly delegate* unmanaged<int*, int, nint, int> FuncGetAttribute;
    public readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> LaunchKernel;

    public readonly delegate* unmanaged<nint, int, int> StreamBeginCapture;
    public readonly delegate* unmanaged<nint, nint*, int> StreamEndCapture;
    public readonly delegate* unmanaged<nint*, nint, ulong, int> GraphInstantiate;
    public readonly delegate* unmanaged<nint, nint, int> GraphLaunch;
    public readonly delegate* unmanaged<nint, int> GraphExecDestroy;
    public readonly delegate* unmanaged<nint, int> GraphDestroy;

    /// <summary>Looks every function up and adds the names of those that are missing.</summary>
    public DriverFunctions(nint library, List<string> missing, List<string> missingGraphs)
    {
        DriverGetVersion = (delegate* unmanaged<int*, int>)Find(library, "cuDriverGetVersion", missing);
        Init = (delegate* unmanaged<uint, int>)Find(library, "cuInit", missing);
        GetErrorName = (delegate* unmanaged<int, byte**, int>)Find(library, "cuGetErrorName", missing);
        GetErrorString = (delegate* unmanaged<int, byte**, int>)Find(library, "cuGetErrorString", missing);
        DeviceGetCount = (delegate* unmanaged<int*, int>)Find(library, "cuDeviceGetCount", missing);
        DeviceGet = (delegate* unmanaged<int*, int, int>)Find(library, "cuDeviceGet", missing);
        DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)Find(library, "cuDeviceGetName", missing);
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Find(library, "cuDeviceGetAttribute", missing);
        DeviceTotalMem = (delegate* unmanaged<nuint*, int, int>)Find(library, "cuDeviceTotalMem_v2", missing);
        DevicePrimaryCtxRetain = (delegate* unmanaged<nint*, int, int>)Find(library, "cuDevicePrimaryCtxRetain", missing);
        DevicePrimaryCtxRelease = (delegate* unmanaged<int, int>)Find(library, "cuDevicePrimaryCtxRelease_v2", missing);
        CtxSetCurrent = (delegate* unmanaged<nint, int>)Find(library, "cuCtxSetCurrent", missing);
        MemAlloc = (delegate* unmanaged<ulong*, nuint, int>)Find(library, "cuMemAlloc_v2", missing);
        MemFree = (delegate* unmanaged<ulong, int>)Find(library, "cuMemFree_v2", missing);
        MemGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)Find(library, "cuMemGetInfo_v2", missing);
        MemHostAlloc = (delegate* unmanaged<void**, nuint, uint, int>)Find(library, "cuMemHostAlloc", missing);
        MemFreeHost = (delegate* unmanaged<void*, int>)Find(library, "cuMemFreeHost", missing);
        MemcpyHtoDAsync = (delegate* unmanaged<ulong, void*, nuint, nint, int>)Find(library, "cuMemcpyHtoDAsync_v2", missing);
        MemcpyDtoHAsync = (delegate* unmanaged<void*, ulong, nuint, nint, int>)Find(library, "cuMemcpyDtoHAsync_v2", missing);
        MemcpyDtoDAsync = (delegate* unmanaged<ulong, ulong, nuint, nint, int>)Find(library, "cuMemcpyDtoDAsync_v2", missing);
        MemsetD8Async = (delegate* unmanaged<ulong, byte, nuint, nint, int>)Find(library, "cuMemsetD8Async", missing);
        StreamCreate = (delegate* unmanaged<nint*, uint, int>)Find(library, "cuStreamCreate", missing);
        StreamSynchronize = (delegate* unmanaged<nint, int>)Find(library, "cuStreamSynchronize", missing);
        StreamDestroy = (delegate* unmanaged<nint, int>)Find(library, "cuStreamDestroy_v2", missing);
        EventCreate = (delegate* unmanaged<nint*, uint, int>)Find(library, "cuEventCreate", missing);
        EventRecord = (delegate* unmanaged<nint, nint, int>)Find(library, "cuEventRecord", missing);
        EventSynchronize = (delegate* unmanaged<nint, int>)Find(library, "cuEventSynchronize", missing);
        EventElapsedTime = (delegate* unmanaged<float*, nint, nint, int>)Find(library, "cuEventElapsedTime", missing);
        EventDestroy = (delegate* unmanaged<nint, int>)Find(library, "cuEventDestroy_v2", missing);
        ModuleLoadDataEx = (delegate* unmanaged<nint*, void*, uint, int*, void**, int>)Find(library, "cuModuleLoadDataEx", missing);
        ModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Find(library, "cuModuleGetFunction", missing);
        ModuleUnload = (delegate* unmanaged<nint, int>)Find(library, "cuModuleUnload", missing);
        FuncSetAttribute = (delegate* unmanaged<nint, int, int, int>)Find(library, "cuFuncSetAttribute", missing);
        FuncGetAttribute = (delegate* unmanaged<int*, int, nint, int>)Find(library, "cuFuncGetAttribute", missing);
        LaunchKernel = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Find(library, "cuLaunchKernel", missing);
        StreamBeginCapture = (delegate* unmanaged<nint, int, int>)Find(library, "cuStreamBeginCapture_v2", missingGraphs);
        StreamEndCapture = (delegate* unmanaged<nint, nint*, int>)Find(library, "cuStreamEndCapture", missingGraphs);
        GraphInstantiate = (delegate* unmanaged<nint*, nint, ulong, int>)Find(library, "cuGraphInstantiateWithFlags", missingGraphs);
        GraphLaunch = (delegate* unmanaged<nint, nint, int>)Find(library, "cuGraphLaunch", missingGraphs);
        GraphExecDestroy = (delegate* unmanaged<nint, int>)Find(library, "cuGraphExecDestroy", missingGraphs);
        GraphDestroy = (delegate* unmanaged<nint, int>)Find(library, "cuGraphDestroy", missingGraphs);
    }

    static nint Find(nint library, string name, List<string> missing)
    {
        if (NativeLibrary.TryGetExport(library, name, out nint address)) return address;
        missing.Add(name);
        return 0;
    }
}
