"""The peer's process of compare_maple.py: MaPLe's training step over transformers' CLIP, written as the authors write it.
`maple_peer.py FOLDER STEPS ANSWER` prints {"seconds": [...], "version", "instructions", "precision"} of so many steps after
a first one, and writes the loss of each."""

import json
import pathlib
import sys
import time

import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import load_file, save_file


class Maple(torch.nn.Module):
    """Its parameters have the authors' names, so that both sides begin with the same numbers."""

    def __init__(self, clip, learnt):
        super().__init__()
        self.clip = [clip]  # Not a submodule: it is not trained.
        self.learnt = torch.nn.ParameterDict({key.replace(".", "/"): torch.nn.Parameter(value.float()) for key, value in learnt.items()})

    def value(self, name):
        return self.learnt["prompt_learner/" + name.replace(".", "/")]

    def deep(self):
        count = sum(key.startswith("prompt_learner/compound_prompts_text") for key in self.learnt)
        texts = [self.value(f"compound_prompts_text.{i}") for i in range(count)]
        front = "compound_prompt_projections"
        return texts, [F.linear(text, self.value(f"{front}.{i}.weight"), self.value(f"{front}.{i}.bias")) for i, text in enumerate(texts)]

    def picture(self, pixels, shallow, deep):
        tower = self.clip[0].vision_model
        many, count = pixels.shape[0], shallow.shape[0]
        x = tower.pre_layrnorm(torch.cat([tower.embeddings(pixels), shallow.expand(many, -1, -1)], 1))
        for i, layer in enumerate(tower.encoder.layers):
            if 0 < i <= len(deep):
                x = torch.cat([x[:, :-count], deep[i - 1].expand(many, -1, -1)], 1)
            x = layer(x, None)
        return self.clip[0].visual_projection(tower.post_layernorm(x[:, 0]))

    def texts(self, ids, context, deep):
        tower = self.clip[0].text_model
        many, count = ids.shape[0], context.shape[0]
        words = tower.embeddings.token_embedding(ids)
        words = torch.cat([words[:, :1], context.expand(many, -1, -1), words[:, 1 + count:]], 1)
        x = tower.embeddings(inputs_embeds=words)
        for i, layer in enumerate(tower.encoder.layers):
            if 0 < i <= len(deep):
                x = torch.cat([x[:, :1], deep[i - 1].expand(many, -1, -1), x[:, 1 + count:]], 1)
            x = layer(x, None, is_causal=True)
        x = tower.final_layer_norm(x)[torch.arange(many), ids.argmax(-1)]
        return self.clip[0].text_projection(x)

    def forward(self, pixels, ids):
        context = self.value("ctx")
        deep_texts, deep_pictures = self.deep()
        pictures = self.picture(pixels, F.linear(context, self.value("proj.weight"), self.value("proj.bias")), deep_pictures)
        texts = self.texts(ids, context, deep_texts)
        return self.clip[0].logit_scale.exp() * F.normalize(pictures, dim=-1) @ F.normalize(texts, dim=-1).t()


def main():
    folder, steps = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    transformers.logging.set_verbosity_error()
    clip = transformers.CLIPModel.from_pretrained(folder / "model", dtype=torch.float32).eval().requires_grad_(False)
    shown = load_file(folder / "input.safetensors")
    network = Maple(clip, load_file(folder / "prompts.safetensors"))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.0035, momentum=0.9, weight_decay=5e-4)
    losses, seconds = [], []
    for _ in range(steps + 1):
        start = time.perf_counter()
        loss = F.cross_entropy(network(shown["pixels"], shown["ids"].long()), shown["labels"].long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - start)
    save_file({"answer": torch.tensor(losses)}, sys.argv[3])
    print(json.dumps({"seconds": seconds[1:], "version": f"{transformers.__version__}, PyTorch {torch.__version__.split('+')[0]}",
                      "instructions": torch.backends.cpu.get_cpu_capability(), "precision": "float32"}))


if __name__ == "__main__":
    main()
