using System.Net.Http.Headers;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>Drawn pictures as bodies of requests.</summary>
static class UploadBodies
{
    delegate byte[] Encoder(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, int quality);

    public static byte[] Jpeg(int scene) => Encode(scene, ImageEncoder.ToJpeg);

    public static byte[] Png(int scene) => Encode(scene, (rgb, width, height, _) => ImageEncoder.ToPng(rgb, width, height));

    static byte[] Encode(int scene, Encoder encode)
    {
        var picture = RgbPicture.Scene(scene, 200, 150);
        return encode(picture.Rgb, picture.WidthPx, picture.HeightPx, 85);
    }

    public static ByteArrayContent Body(byte[] bytes, string type = "image/jpeg")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    public static MultipartFormDataContent Form(params (string Name, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent { { new StringContent("a text field is no image"), "note" } };
        foreach (var (name, bytes) in files)
        {
            form.Add(Body(bytes), "file", name);
        }

        return form;
    }

    public static StreamContent Chunked(int bytes)
    {
        var content = new StreamContent(new Endless(bytes));
        content.Headers.ContentType = new("image/jpeg");
        return content;
    }

    /// <summary>A body whose length is not known beforehand.</summary>
    sealed class Endless(int bytes) : Stream
    {
        int _left = bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, _left);
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
