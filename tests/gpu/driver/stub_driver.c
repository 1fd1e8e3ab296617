/* A stand-in for the CUDA driver library over host memory, for tests on machines without a GPU.
 *
 * It keeps the driver's promises that a program could break without noticing on a real device: asynchronous work is queued and runs only when somebody waits, so that memory which is reused too early shows;
 * handles are checked and counted by kind; a recorded stream refuses calls that cannot be recorded; an error that loses the device stays. Kernel text is only searched for its entry points; a few kernels have
 * a meaning here, all others are logged and do nothing. The stub_ functions at the end control it. Compiled by the tests; -DNO_GRAPHS, -DNO_LAUNCH and -DNOT_A_DRIVER leave functions out.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API __attribute__((visibility("default")))

enum { INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_DEVICE = 101, INVALID_CONTEXT = 201, NO_BINARY = 209, INVALID_PTX = 218,
       INVALID_HANDLE = 400, NOT_FOUND = 500, NOT_READY = 600, ILLEGAL_ADDRESS = 700, CAPTURE_UNSUPPORTED = 900, CAPTURE_INVALIDATED = 901, CAPTURE_UNMATCHED = 903 };

/* ---- state ---- */

enum kind { MEMORY, HOST, STREAM, EVENT, MODULE, GRAPH, EXEC, KINDS };
static const char *const kind_names[KINDS] = { "memory", "host", "stream", "event", "module", "graph", "exec" };

enum { HTOD, DTOH, DTOD, MEMSET, LAUNCH, RECORD };

struct function { char name[128]; int threads, dynamic_limit, registers; };

struct work {
    int what;
    char *to;
    const char *from;
    size_t bytes;
    int value;
    struct function *function;
    unsigned grid[3], block[3], shared;
    unsigned char arguments[4096];
    struct object *event;
};

struct list { struct work *items; int count, room; };

struct object {
    enum kind kind;
    char *memory;
    size_t bytes;
    int timing, recorded, reached; /* recorded counts, and only the last record counts */
    double time;
    struct function *functions;
    int function_count;
    struct list work;
    struct object *next;
};

static struct object *objects;
static int64_t live[KINDS];
static int64_t live_bytes;
static int contexts;
static _Thread_local int current;
static struct list queue;
static int capturing, capture_broken;
static struct list captured;
static double clock_ms;
static int sticky;
static int initialized;
static char *log_text;
static size_t log_used, log_room;

static struct { char key[32]; int64_t value; } settings[] = {
    { "version", 12040 }, { "devices", 1 }, { "major", 9 }, { "minor", 0 }, { "multiprocessors", 132 }, { "memory", (int64_t)1 << 33 },
    { "shared", 232448 }, { "max_threads", 1024 }, { "registers", 32 }, { "init", 0 }, { "quiet", 0 },
};
static int64_t standard[sizeof settings / sizeof *settings];
static int have_standard;

static struct { char function[48]; int countdown, code; } failures[16];
static char faulty_kernel[128];
static int fault_code;

static int64_t *setting(const char *key)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!strcmp(settings[i].key, key)) return &settings[i].value;
    fprintf(stderr, "stub driver: no setting %s\n", key);
    abort();
}

static void note(const char *format, ...)
{
    if (*setting("quiet")) return;
    if (log_room - log_used < 16384) log_text = realloc(log_text, log_room = 2 * log_room + 32768);
    va_list list;
    va_start(list, format);
    log_used += (size_t)vsnprintf(log_text + log_used, log_room - log_used, format, list);
    va_end(list);
    log_text[log_used++] = '\n';
    log_text[log_used] = 0;
}

/* The code that a call must return before it does anything: one that was ordered, or that of a lost device. */
static int refusal(const char *function)
{
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (strcmp(failures[i].function, function) || failures[i].countdown == 0 || --failures[i].countdown != 0) continue;
        note("%s fails with %d", function, failures[i].code);
        return failures[i].code;
    }
    return 0;
}

static int guard(const char *function)
{
    int code = refusal(function);
    if (code) return code;
    if (!initialized) return NOT_INITIALIZED;
    if (!current) return INVALID_CONTEXT;
    return sticky;
}

/* For calls that wait or take memory, which a stream under recording does not allow. */
static int guard_unrecorded(const char *function)
{
    int code = guard(function);
    if (!code && capturing) {
        capture_broken = 1;
        return CAPTURE_UNSUPPORTED;
    }
    return code;
}

#define START(function) do { int code_ = guard(function); if (code_) return code_; } while (0)
#define START_UNRECORDED(function) do { int code_ = guard_unrecorded(function); if (code_) return code_; } while (0)

/* Releases happen on a lost device too, so that what is forgotten shows there as well; they return its code. */
#define START_RELEASE(function) do { int code_ = guard_unrecorded(function); if (code_ && code_ != sticky) return code_; } while (0)

static struct object *make(enum kind kind)
{
    struct object *object = calloc(1, sizeof *object);
    object->kind = kind;
    object->next = objects;
    objects = object;
    live[kind]++;
    return object;
}

static struct object *find(enum kind kind, const void *handle)
{
    for (struct object *object = objects; object; object = object->next)
        if (object == handle && object->kind == kind) return object;
    return NULL;
}

static struct object *find_memory(enum kind kind, const char *address)
{
    for (struct object *object = objects; object; object = object->next)
        if (object->kind == kind && object->memory == address) return object;
    return NULL;
}

static int inside(enum kind kind, const char *address, size_t bytes)
{
    for (struct object *object = objects; object; object = object->next)
        if (object->kind == kind && address >= object->memory && address + bytes <= object->memory + object->bytes) return 1;
    return 0;
}

static void destroy(struct object *object)
{
    struct object **link = &objects;
    while (*link != object) link = &(*link)->next;
    *link = object->next;
    live[object->kind]--;
    if (object->memory) memset(object->memory, 0xdd, object->bytes); /* what is used after its end shows */
    free(object->memory);
    free(object->functions);
    free(object->work.items);
    free(object);
}

static struct work *append(struct list *list)
{
    if (list->count == list->room) list->items = realloc(list->items, sizeof *list->items * (size_t)(list->room = 2 * list->room + 16));
    memset(&list->items[list->count], 0, sizeof *list->items);
    return &list->items[list->count++];
}

/* ---- work ---- */

static void note_launch(const char *prefix, const struct work *work)
{
    static char hex[2 * 4096 + 1];
    if (*setting("quiet")) return;
    for (size_t i = 0; i < work->bytes; i++) sprintf(hex + 2 * i, "%02x", work->arguments[i]);
    hex[2 * work->bytes] = 0;
    note("%s %s grid=%u,%u,%u block=%u,%u,%u shared=%u args=%s", prefix, work->function->name, work->grid[0], work->grid[1], work->grid[2],
         work->block[0], work->block[1], work->block[2], work->shared, hex);
}

static void argument(const struct work *work, size_t offset, void *to, size_t bytes) { memcpy(to, work->arguments + offset, bytes); }

#define ARGUMENT(type, name, offset) type name; argument(work, offset, &name, sizeof name)

static void execute_kernel(const struct work *work)
{
    const char *name = work->function->name;
    clock_ms += work->grid[0];
    if (faulty_kernel[0] && !strcmp(name, faulty_kernel)) {
        sticky = fault_code;
        return;
    }
    if (!strcmp(name, "strided_sequence_f32")) {
        /* view y, int count, double start, double step */
        ARGUMENT(float *, y, 0);
        ARGUMENT(int, count, 16);
        ARGUMENT(double, start, 24);
        ARGUMENT(double, step, 32);
        if (!inside(MEMORY, (const char *)y, sizeof *y * (size_t)count)) sticky = ILLEGAL_ADDRESS;
        else for (int i = 0; i < count; i++) y[i] = (float)(start + i * step);
    } else if (!strcmp(name, "dense_unary_Relu_f32")) {
        /* view x, view y, long count, operator */
        ARGUMENT(const float *, x, 0);
        ARGUMENT(float *, y, 16);
        ARGUMENT(int64_t, count, 32);
        if (!inside(MEMORY, (const char *)x, sizeof *x * (size_t)count) || !inside(MEMORY, (const char *)y, sizeof *y * (size_t)count)) sticky = ILLEGAL_ADDRESS;
        else for (int64_t i = 0; i < count; i++) y[i] = x[i] > 0 ? x[i] : 0;
    }
}

static void execute(struct work *work)
{
    switch (work->what) {
    case HTOD: case DTOH: case DTOD: memmove(work->to, work->from, work->bytes); break;
    case MEMSET: memset(work->to, work->value, work->bytes); break;
    case LAUNCH: execute_kernel(work); break;
    case RECORD:
        if (work->value != work->event->recorded) break;
        work->event->reached = 1;
        work->event->time = clock_ms;
        break;
    }
}

/* Runs queued work until an event is reached, or all of it. */
static void drain(const struct object *event)
{
    int done = 0;
    while (done < queue.count && !sticky && !(event && event->reached)) execute(&queue.items[done++]);
    if (sticky) done = queue.count;
    memmove(queue.items, queue.items + done, sizeof *queue.items * (size_t)(queue.count - done));
    queue.count -= done;
}

static struct work *submit(void)
{
    return append(capturing ? &captured : &queue);
}

/* ---- the driver ---- */

#ifndef NOT_A_DRIVER

API int cuDriverGetVersion(int *version)
{
    int code = refusal("cuDriverGetVersion");
    *version = code ? 0 : (int)*setting("version");
    return code;
}

API int cuInit(unsigned flags)
{
    int code = refusal("cuInit");
    if (!code) code = (int)*setting("init");
    if (!code && *setting("devices") == 0) code = NO_DEVICE;
    if (!code && flags) code = INVALID_VALUE;
    if (!code) initialized = 1;
    return code;
}

static const struct { int code; const char *name, *text; } errors[] = {
    { 1, "CUDA_ERROR_INVALID_VALUE", "invalid argument" }, { 2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory" }, { 100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected" },
    { 201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context" }, { 209, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device" },
    { 218, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed" }, { 400, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle" },
    { 500, "CUDA_ERROR_NOT_FOUND", "named symbol not found" }, { 700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered" },
    { 701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch" }, { 803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "system has unsupported display driver / cuda driver combination" },
    { 900, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing" },
};

static int error_text(int code, const char **text, int name)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (errors[i].code != code) continue;
        *text = name ? errors[i].name : errors[i].text;
        return 0;
    }
    *text = NULL;
    return INVALID_VALUE;
}

API int cuGetErrorName(int code, const char **text) { return error_text(code, text, 1); }

API int cuGetErrorString(int code, const char **text) { return error_text(code, text, 0); }

API int cuDeviceGetCount(int *count)
{
    int code = refusal("cuDeviceGetCount");
    if (code) return code;
    if (!initialized) return NOT_INITIALIZED;
    *count = (int)*setting("devices");
    return 0;
}

API int cuDeviceGet(int *device, int index)
{
    int code = refusal("cuDeviceGet");
    if (code) return code;
    if (index < 0 || index >= *setting("devices")) return INVALID_DEVICE;
    *device = index;
    return 0;
}

API int cuDeviceGetName(char *name, int bytes, int device)
{
    int code = refusal("cuDeviceGetName");
    if (!code) snprintf(name, (size_t)bytes, "Stub %d", device);
    return code;
}

API int cuDeviceTotalMem_v2(size_t *bytes, int device)
{
    (void)device;
    int code = refusal("cuDeviceTotalMem_v2");
    if (!code) *bytes = (size_t)*setting("memory");
    return code;
}

API int cuDeviceGetAttribute(int *value, int attribute, int device)
{
    (void)device;
    int code = refusal("cuDeviceGetAttribute");
    if (code) return code;
    switch (attribute) {
    case 16: *value = (int)*setting("multiprocessors"); return 0;
    case 75: *value = (int)*setting("major"); return 0;
    case 76: *value = (int)*setting("minor"); return 0;
    case 97: *value = (int)*setting("shared"); return 0;
    default: return INVALID_VALUE;
    }
}

API int cuDevicePrimaryCtxRetain(void **context, int device)
{
    int code = refusal("cuDevicePrimaryCtxRetain");
    if (code) return code;
    contexts++;
    note("cuDevicePrimaryCtxRetain %d", device);
    *context = (void *)(intptr_t)(4096 + device);
    return 0;
}

API int cuDevicePrimaryCtxRelease_v2(int device)
{
    int code = refusal("cuDevicePrimaryCtxRelease_v2");
    note("cuDevicePrimaryCtxRelease_v2 %d", device);
    contexts--;
    return code;
}

API int cuCtxSetCurrent(void *context)
{
    int code = refusal("cuCtxSetCurrent");
    if (code) return code;
    note("cuCtxSetCurrent %d", context ? (int)(intptr_t)context - 4096 : -1);
    current = (int)(intptr_t)context;
    return 0;
}

static int take(struct object *object, size_t bytes)
{
    object->bytes = bytes;
    object->memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
    return object->memory ? 0 : OUT_OF_MEMORY;
}

API int cuMemAlloc_v2(uint64_t *address, size_t bytes)
{
    START_UNRECORDED("cuMemAlloc_v2");
    if (!bytes) return INVALID_VALUE;
    note("cuMemAlloc_v2 %zu%s", bytes, live_bytes + (int64_t)bytes > *setting("memory") ? " refused" : "");
    if (live_bytes + (int64_t)bytes > *setting("memory")) return OUT_OF_MEMORY;
    struct object *object = make(MEMORY);
    if (take(object, bytes)) abort();
    live_bytes += (int64_t)bytes;
    *address = (uint64_t)(uintptr_t)object->memory;
    return 0;
}

API int cuMemFree_v2(uint64_t address)
{
    START_RELEASE("cuMemFree_v2");
    struct object *object = find_memory(MEMORY, (const char *)(uintptr_t)address);
    if (!object) return INVALID_VALUE;
    drain(NULL);
    note("cuMemFree_v2 %zu", object->bytes);
    live_bytes -= (int64_t)object->bytes;
    destroy(object);
    return sticky;
}

API int cuMemGetInfo_v2(size_t *available, size_t *total)
{
    START("cuMemGetInfo_v2");
    *total = (size_t)*setting("memory");
    *available = *total - (size_t)live_bytes;
    return 0;
}

API int cuMemHostAlloc(void **address, size_t bytes, unsigned flags)
{
    (void)flags;
    START_UNRECORDED("cuMemHostAlloc");
    struct object *object = make(HOST);
    if (take(object, bytes)) abort();
    note("cuMemHostAlloc %zu", bytes);
    *address = object->memory;
    return 0;
}

API int cuMemFreeHost(void *address)
{
    START_RELEASE("cuMemFreeHost");
    struct object *object = find_memory(HOST, address);
    if (!object) return INVALID_VALUE;
    drain(NULL);
    note("cuMemFreeHost");
    destroy(object);
    return sticky;
}

static int copy(const char *name, int what, void *to, const void *from, size_t bytes, void *stream, enum kind to_kind, enum kind from_kind)
{
    START(name);
    if (!find(STREAM, stream)) return INVALID_HANDLE;
    if (!bytes || !inside(to_kind, to, bytes) || !inside(from_kind, from, bytes)) return INVALID_VALUE;
    note("%s %zu", name, bytes);
    struct work *work = submit();
    work->what = what;
    work->to = to;
    work->from = from;
    work->bytes = bytes;
    return 0;
}

API int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *stream)
{
    return copy("cuMemcpyHtoDAsync_v2", HTOD, (void *)(uintptr_t)to, from, bytes, stream, MEMORY, HOST);
}

API int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *stream)
{
    return copy("cuMemcpyDtoHAsync_v2", DTOH, to, (const void *)(uintptr_t)from, bytes, stream, HOST, MEMORY);
}

API int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void *stream)
{
    return copy("cuMemcpyDtoDAsync_v2", DTOD, (void *)(uintptr_t)to, (const void *)(uintptr_t)from, bytes, stream, MEMORY, MEMORY);
}

API int cuMemsetD8Async(uint64_t to, unsigned char value, size_t bytes, void *stream)
{
    START("cuMemsetD8Async");
    if (!find(STREAM, stream)) return INVALID_HANDLE;
    if (!bytes || !inside(MEMORY, (const char *)(uintptr_t)to, bytes)) return INVALID_VALUE;
    note("cuMemsetD8Async %d %zu", value, bytes);
    struct work *work = submit();
    work->what = MEMSET;
    work->to = (char *)(uintptr_t)to;
    work->value = value;
    work->bytes = bytes;
    return 0;
}

API int cuStreamCreate(void **stream, unsigned flags)
{
    START_UNRECORDED("cuStreamCreate");
    note("cuStreamCreate %u", flags);
    *stream = make(STREAM);
    return 0;
}

API int cuStreamSynchronize(void *stream)
{
    START_UNRECORDED("cuStreamSynchronize");
    if (!find(STREAM, stream)) return INVALID_HANDLE;
    note("cuStreamSynchronize");
    drain(NULL);
    return sticky;
}

API int cuStreamDestroy_v2(void *stream)
{
    START_RELEASE("cuStreamDestroy_v2");
    struct object *object = find(STREAM, stream);
    if (!object) return INVALID_HANDLE;
    drain(NULL);
    note("cuStreamDestroy_v2");
    destroy(object);
    return sticky;
}

API int cuEventCreate(void **event, unsigned flags)
{
    START("cuEventCreate");
    note("cuEventCreate %u", flags);
    struct object *object = make(EVENT);
    object->timing = !(flags & 2);
    *event = object;
    return 0;
}

API int cuEventRecord(void *event, void *stream)
{
    START("cuEventRecord");
    struct object *object = find(EVENT, event);
    if (!object || !find(STREAM, stream)) return INVALID_HANDLE;
    note("cuEventRecord");
    object->recorded++;
    object->reached = 0;
    struct work *work = submit();
    work->what = RECORD;
    work->value = object->recorded;
    work->event = object;
    return 0;
}

API int cuEventSynchronize(void *event)
{
    START_UNRECORDED("cuEventSynchronize");
    struct object *object = find(EVENT, event);
    if (!object) return INVALID_HANDLE;
    note("cuEventSynchronize");
    if (object->recorded) drain(object);
    return sticky;
}

API int cuEventElapsedTime(float *milliseconds, void *from, void *to)
{
    START("cuEventElapsedTime");
    struct object *start = find(EVENT, from), *end = find(EVENT, to);
    if (!start || !end || !start->timing || !end->timing || !start->recorded || !end->recorded) return INVALID_HANDLE;
    if (!start->reached || !end->reached) return NOT_READY;
    *milliseconds = (float)(end->time - start->time);
    return 0;
}

API int cuEventDestroy_v2(void *event)
{
    START_RELEASE("cuEventDestroy_v2");
    struct object *object = find(EVENT, event);
    if (!object) return INVALID_HANDLE;
    if (object->recorded && !object->reached) drain(object);
    note("cuEventDestroy_v2");
    destroy(object);
    return sticky;
}

/* Of the text, only target and entry points are read. The line "error:" stands for a mistake in it. */
API int cuModuleLoadDataEx(void **module, const void *image, unsigned count, const int *options, void *const *values)
{
    START_UNRECORDED("cuModuleLoadDataEx");
    const char *text = image, *target = strstr(text, ".target sm_"), *mistake = strstr(text, "error:");
    if (!target || mistake) {
        char *report = NULL;
        size_t room = 0;
        for (unsigned i = 0; i < count; i++) {
            if (options[i] == 5) report = values[i];
            if (options[i] == 6) room = (size_t)(uintptr_t)values[i];
        }
        if (report)
            snprintf(report, room, "ptxas application ptx input, line 7; warning : a warning\nptxas application ptx input, line 9; error   : %.40s\nptxas fatal   : Ptx assembly aborted due to errors\n",
                     mistake ? mistake + 7 : "no target");
        return INVALID_PTX;
    }
    if (atoi(target + 11) > *setting("major") * 10 + *setting("minor")) return NO_BINARY;
    struct object *object = make(MODULE);
    for (const char *entry = strstr(text, ".entry "); entry; entry = strstr(entry + 1, ".entry ")) object->function_count++;
    object->functions = calloc((size_t)object->function_count + 1, sizeof *object->functions);
    struct function *function = object->functions;
    for (const char *entry = strstr(text, ".entry "); entry; entry = strstr(entry + 1, ".entry "), function++) {
        size_t length = strcspn(entry + 7, "( \n\t");
        if (length >= sizeof function->name) abort();
        memcpy(function->name, entry + 7, length);
        const char *bound = strstr(entry, ".maxntid ");
        function->threads = bound ? atoi(bound + 9) : 1024;
        if (function->threads > *setting("max_threads")) function->threads = (int)*setting("max_threads");
        function->dynamic_limit = 48 << 10;
        function->registers = (int)*setting("registers");
    }
    note("cuModuleLoadDataEx %d", object->function_count);
    *module = object;
    return 0;
}

API int cuModuleGetFunction(void **function, void *module, const char *name)
{
    START("cuModuleGetFunction");
    struct object *object = find(MODULE, module);
    if (!object) return INVALID_HANDLE;
    for (int i = 0; i < object->function_count; i++) {
        if (strcmp(object->functions[i].name, name)) continue;
        note("cuModuleGetFunction %s", name);
        *function = &object->functions[i];
        return 0;
    }
    return NOT_FOUND;
}

API int cuModuleUnload(void *module)
{
    START_RELEASE("cuModuleUnload");
    struct object *object = find(MODULE, module);
    if (!object) return INVALID_HANDLE;
    drain(NULL);
    note("cuModuleUnload");
    destroy(object);
    return sticky;
}

static struct function *find_function(void *handle)
{
    for (struct object *object = objects; object; object = object->next)
        for (int i = 0; i < object->function_count; i++)
            if (&object->functions[i] == handle) return handle;
    return NULL;
}

API int cuFuncSetAttribute(void *handle, int attribute, int value)
{
    START("cuFuncSetAttribute");
    struct function *function = find_function(handle);
    if (!function) return INVALID_HANDLE;
    if (attribute != 8 || value < 0 || value > *setting("shared")) return INVALID_VALUE;
    note("cuFuncSetAttribute %s %d %d", function->name, attribute, value);
    function->dynamic_limit = value;
    return 0;
}

API int cuFuncGetAttribute(int *value, int attribute, void *handle)
{
    START("cuFuncGetAttribute");
    struct function *function = find_function(handle);
    if (!function) return INVALID_HANDLE;
    switch (attribute) {
    case 0: *value = function->threads; return 0;
    case 1: *value = 0; return 0;
    case 3: *value = 0; return 0;
    case 4: *value = function->registers; return 0;
    case 8: *value = function->dynamic_limit; return 0;
    default: return INVALID_VALUE;
    }
}

#ifndef NO_LAUNCH
API int cuLaunchKernel(void *handle, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned threads_y, unsigned threads_z, unsigned shared, void *stream, void **parameters, void **extra)
{
    START("cuLaunchKernel");
    struct function *function = find_function(handle);
    if (!function || !find(STREAM, stream)) return INVALID_HANDLE;
    if (!x || !y || !z || y > 65535 || z > 65535 || !threads || threads > (unsigned)function->threads || threads_y != 1 || threads_z != 1) return INVALID_VALUE;
    if (shared > (unsigned)function->dynamic_limit || parameters) return INVALID_VALUE;
    const void *buffer = NULL;
    size_t bytes = 0;
    for (; extra && *extra; extra += 2) {
        if (*extra == (void *)1) buffer = extra[1];
        else if (*extra == (void *)2) bytes = *(size_t *)extra[1];
        else return INVALID_VALUE;
    }
    if (bytes > 4096 || (bytes && !buffer)) return INVALID_VALUE;
    struct work *work = submit();
    work->what = LAUNCH;
    work->function = function;
    work->grid[0] = x, work->grid[1] = y, work->grid[2] = z;
    work->block[0] = threads, work->block[1] = threads_y, work->block[2] = threads_z;
    work->shared = shared;
    work->bytes = bytes;
    if (bytes) memcpy(work->arguments, buffer, bytes);
    note_launch(capturing ? "recorded" : "cuLaunchKernel", work);
    return 0;
}
#endif

#ifndef NO_GRAPHS
API int cuStreamBeginCapture_v2(void *stream, int mode)
{
    START("cuStreamBeginCapture_v2");
    if (!find(STREAM, stream) || capturing) return INVALID_VALUE;
    note("cuStreamBeginCapture_v2 %d", mode);
    capturing = 1;
    capture_broken = 0;
    captured.count = 0;
    return 0;
}

API int cuStreamEndCapture(void *stream, void **graph)
{
    int code = guard("cuStreamEndCapture"), broken = capture_broken;
    if (!find(STREAM, stream)) return INVALID_HANDLE;
    if (!capturing) return CAPTURE_UNMATCHED;
    capturing = capture_broken = 0;
    *graph = NULL;
    if (code) return code;
    if (broken) return CAPTURE_INVALIDATED;
    struct object *object = make(GRAPH);
    for (int i = 0; i < captured.count; i++) *append(&object->work) = captured.items[i];
    note("cuStreamEndCapture %d", captured.count);
    *graph = object;
    return 0;
}

API int cuGraphInstantiateWithFlags(void **exec, void *graph, unsigned long long flags)
{
    START("cuGraphInstantiateWithFlags");
    struct object *object = find(GRAPH, graph);
    if (!object) return INVALID_HANDLE;
    if (flags) return INVALID_VALUE;
    struct object *ready = make(EXEC);
    for (int i = 0; i < object->work.count; i++) *append(&ready->work) = object->work.items[i];
    note("cuGraphInstantiateWithFlags");
    *exec = ready;
    return 0;
}

API int cuGraphLaunch(void *exec, void *stream)
{
    START("cuGraphLaunch");
    struct object *object = find(EXEC, exec);
    if (!object || !find(STREAM, stream)) return INVALID_HANDLE;
    note("cuGraphLaunch");
    for (int i = 0; i < object->work.count; i++) {
        *submit() = object->work.items[i];
        note_launch("graph", &object->work.items[i]);
    }
    return 0;
}

static int destroy_graph(const char *name, enum kind kind, void *handle)
{
    START_RELEASE(name);
    struct object *object = find(kind, handle);
    if (!object) return INVALID_HANDLE;
    note("%s", name);
    destroy(object);
    return sticky;
}

API int cuGraphExecDestroy(void *exec) { return destroy_graph("cuGraphExecDestroy", EXEC, exec); }

API int cuGraphDestroy(void *graph) { return destroy_graph("cuGraphDestroy", GRAPH, graph); }
#endif

#endif

/* ---- control ---- */

/* Changes a property of the machine. */
API void stub_set(const char *key, int64_t value) { *setting(key) = value; }

/* Makes the n-th call of a function from now on (1 is the next) fail. */
API void stub_fail(const char *function, int nth, int code)
{
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (failures[i].countdown > 0) continue;
        snprintf(failures[i].function, sizeof failures[i].function, "%s", function);
        failures[i].countdown = nth;
        failures[i].code = code;
        return;
    }
    abort();
}

/* Makes a kernel lose the device with a code when it runs. */
API void stub_fault(const char *kernel, int code)
{
    snprintf(faulty_kernel, sizeof faulty_kernel, "%s", kernel);
    fault_code = code;
}

/* All calls since the log was cleared, one a line. */
API const char *stub_log(void) { return log_text ? log_text : ""; }

API void stub_clear(void)
{
    log_used = 0;
    if (log_text) *log_text = 0;
}

/* How many objects of a kind were not released: memory, host, stream, event, module, graph, exec, context; bytes for those of memory; queue for work that has not run. */
API int64_t stub_live(const char *what)
{
    for (int i = 0; i < KINDS; i++)
        if (!strcmp(kind_names[i], what)) return live[i];
    return !strcmp(what, "context") ? contexts : !strcmp(what, "bytes") ? live_bytes : !strcmp(what, "queue") ? queue.count : -1;
}

/* Back to the start: what a lost device leaves behind is dropped, as at the end of a process. */
API void stub_reset(void)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (!have_standard) standard[i] = settings[i].value;
        settings[i].value = standard[i];
    }
    have_standard = 1;
    memset(failures, 0, sizeof failures);
    faulty_kernel[0] = 0;
    sticky = capturing = capture_broken = contexts = 0;
    queue.count = captured.count = 0;
    clock_ms = 0;
    while (objects) destroy(objects);
    live_bytes = 0;
    stub_clear();
}
