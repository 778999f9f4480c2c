using System.Security.Cryptography;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging.Tests;

/// <summary>Runs alone, since it counts what the whole process holds.</summary>
[Collection(nameof(ManyThreadsTests))]
[CollectionDefinition(nameof(ManyThreadsTests), DisableParallelization = true)]
public class ManyThreadsTests
{
    [Fact]
    public async Task Eight_threads_give_the_same_pixels_as_one_and_leave_no_memory_behind()
    {
        var files = BrokenFileTests.Files.Select(f => f.File).ToArray();
        var expected = files.Select(Fingerprint).ToArray();
        await Work(8, 20);
        var (allocations, bytes) = (VipsRuntime.TrackedAllocations, VipsRuntime.TrackedBytes);

        await Work(8, 200);

        // libvips keeps a few buffers per thread that is alive, and how many of its own are depends on the load; what is left behind by
        // every call would be 3,200 pictures.
        Assert.InRange(VipsRuntime.TrackedAllocations, 0, allocations + 100);
        Assert.InRange(VipsRuntime.TrackedBytes, 0, bytes + (4 << 20));

        Task Work(int workers, int rounds) => Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() =>
        {
            for (var round = 0; round < rounds; round++)
            {
                // The last file is AVIF, which is slow.
                var i = (worker + round) % (round % 20 == 0 ? files.Length : files.Length - 1);
                Assert.Equal(expected[i], Fingerprint(files[i]));
                using var broken = ImageDecoder.DecodeToFit(files[i].AsSpan(0, files[i].Length / 2), 64);
                Assert.False(broken.IsDecoded);
            }
        })));
    }

    static string Fingerprint(byte[] file)
    {
        using var decoded = ImageDecoder.DecodeToFit(file, 64);
        return Convert.ToHexString(SHA256.HashData(decoded.Pixels!.Rgb));
    }
}
