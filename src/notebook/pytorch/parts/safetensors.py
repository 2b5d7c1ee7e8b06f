# %%
def read_safetensors(path):
    """The tensors of a file, by name: a header that says where each one lies, and their numbers."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        kind = {"F32": np.float32, "F16": np.float16}[entry["dtype"]]
        numbers = np.frombuffer(data[start:end], kind).astype(np.float32)
        tensors[name] = torch.from_numpy(numbers).reshape(entry["shape"])
    return tensors
