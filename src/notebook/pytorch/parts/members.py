# %%
def first_members(members, inputs, units, steepness=1):
    """
    Small networks side by side, each with weights of its own. Steepness is how steep they start: at
    1 they are smooth and much alike, at 10 each bends elsewhere. Without units they are lines.
    """
    inward = steepness * inputs**-0.5
    if units == 0:
        return {
            "members.w": normal((inputs, members), inward, seed, "members.w"),
            "members.b": normal((members,), 0.5, seed, "members.b"),
        }
    return {
        "members.w1": normal((inputs, members * units), inward, seed, "members.w1"),
        "members.b1": normal((members * units,), 0.5 * steepness, seed, "members.b1"),
        "members.w2": normal((members, units), units**-0.5, seed, "members.w2"),
        "members.b2": torch.zeros(members),
    }


def member_answers(params, x):
    """What every member says: x [cases, inputs] → [cases, members]."""
    if "members.w" in params:
        return x @ params["members.w"] + params["members.b"]
    units = torch.tanh(x @ params["members.w1"] + params["members.b1"])
    units = units.reshape(len(x), *params["members.w2"].shape)  # [cases, members, units]
    return (units * params["members.w2"]).sum(2) + params["members.b2"]
