using System.Security.Cryptography;
using System.Text;

namespace ImagePipeline.Cli.Pages;

/// <summary>
/// What all pages share: head, styles, foot, and the picture element. A page is one file: the policy in its head
/// forbids every request and every script but its own, so that no file name can make it do anything.
/// </summary>
static class PageFrame
{
    /// <summary>Everything up to the page's own header.</summary>
    public static string Open(string title, string style, string? script)
    {
        var scripts = script is null
            ? "'none'"
            : $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";
        var policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
            + $"script-src {scripts}; base-uri 'none'; form-action 'none'";
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{PageText.Encode(title)}</title>
            <style>
            {PageStyle.Shared}
            {style}
            </style>
            </head>
            <body>
            <a class="skip" href="#content">Skip to the pictures</a>

            """;
    }

    /// <summary>Everything after the page's content.</summary>
    public static string Close(string? script) =>
        $"""

        <footer>Made by ImagePipeline. This page is one file, and loads nothing.</footer>
        {(script is null ? "" : $"<script>{script}</script>")}
        </body>
        </html>

        """;

    /// <summary>The picture, linked if it can be; a plain box if there is no thumbnail.</summary>
    public static string Thumbnail(PagePicture picture)
    {
        var name = PageText.Name(picture.Path);
        var bytes = Convert.ToBase64String(picture.Thumbnail.Span);
        var source = $"data:{PageText.Encode(picture.ThumbnailType)};base64,{bytes}";
        var shown = picture.Thumbnail.IsEmpty
            ? $"""<span class="blank">no preview of {name}</span>"""
            : $"""<img loading="lazy" decoding="async" alt="{name}" src="{source}">""";
        return PageText.Link(picture.Uri) is { } link
            ? $"""<a class="frame" href="{link}" target="_blank" rel="noopener">{shown}</a>"""
            : $"""<span class="frame">{shown}</span>""";
    }
}
