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
        numbers = np.frombuffer(data[start:end], np.float32).copy()
        tensors[name] = torch.from_numpy(numbers).reshape(entry["shape"])
    return tensors
