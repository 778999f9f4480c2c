namespace ImagePipeline.Inference;

/// <summary>A model cannot be used as it lies there: a permanent fault of its files or of this machine.</summary>
/// <remarks>The message names the file, the field, what was found and what to do about it, on one line.</remarks>
public sealed class ModelException : Exception
{
    /// <summary>Builds the message from its four parts.</summary>
    /// <param name="file">The file at fault, or the name that was looked for.</param>
    /// <param name="field">The manifest field, dotted as in the file (<c>input.width_px</c>), or null when none
    /// is.</param>
    /// <param name="found">What is there, as a clause.</param>
    /// <param name="advice">What the reader should do, as a sentence.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public ModelException(string file, string? field, string found, string advice, Exception? cause = null)
        : base($"{file}: {(field is null ? "" : $"\"{field}\": ")}{found}. {advice}", cause)
    {
        File = file;
        Field = field;
    }

    /// <summary>The file at fault, or the name that was looked for.</summary>
    public string File { get; }

    /// <summary>The manifest field at fault, dotted as in the file, or null when no single field is.</summary>
    public string? Field { get; }
}
