"""The recipe that most public VQ-VAE code follows, written as that code writes it.

The network of zalandoresearch/pytorch-vq-vae (3 x 32 x 32 images, 8 x 8 codes, hidden 128, two
residual layers of 32, K = 512, D = 64) and its EMA quantiser, which builds the (N, K) matrix of
zeros and ones, multiplies it twice, and updates the codebook in the forward pass.
"""

import torch
from torch import nn
from torch.nn import functional as F

HIDDEN, RESIDUAL, CODES, WIDTH, DECAY, COST = 128, 32, 512, 64, 0.99, 0.25


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(HIDDEN, RESIDUAL, 3, padding=1, bias=False),
            nn.ReLU(inplace=True),
            nn.Conv2d(RESIDUAL, HIDDEN, 1, bias=False),
        )

    def forward(self, x):
        return x + self.block(x)


def encoder():
    return nn.Sequential(
        nn.Conv2d(3, HIDDEN // 2, 4, stride=2, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(HIDDEN // 2, HIDDEN, 4, stride=2, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(HIDDEN, HIDDEN, 3, padding=1),
        Residual(),
        Residual(),
        nn.ReLU(inplace=True),
        nn.Conv2d(HIDDEN, WIDTH, 1),
    )


def decoder():
    return nn.Sequential(
        nn.Conv2d(WIDTH, HIDDEN, 3, padding=1),
        Residual(),
        Residual(),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(HIDDEN, HIDDEN // 2, 4, stride=2, padding=1),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(HIDDEN // 2, 3, 4, stride=2, padding=1),
    )


class OneHotEMA(nn.Module):
    """The quantiser: (B, D, h, w) -> loss, z_q, perplexity."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(CODES, WIDTH)
        self.embedding.weight.data.normal_()
        self.register_buffer("size", torch.zeros(CODES))
        self.average = nn.Parameter(torch.randn(CODES, WIDTH))

    def forward(self, inputs):
        inputs = inputs.permute(0, 2, 3, 1).contiguous()
        flat = inputs.view(-1, WIDTH)
        distances = (
            torch.sum(flat**2, dim=1, keepdim=True)
            + torch.sum(self.embedding.weight**2, dim=1)
            - 2 * torch.matmul(flat, self.embedding.weight.t())
        )
        nearest = torch.argmin(distances, dim=1).unsqueeze(1)
        encodings = torch.zeros(nearest.shape[0], CODES, device=inputs.device)
        encodings.scatter_(1, nearest, 1)
        quantized = torch.matmul(encodings, self.embedding.weight).view(inputs.shape)
        if self.training:
            self.size = self.size * DECAY + (1 - DECAY) * torch.sum(encodings, 0)
            n = torch.sum(self.size.data)
            self.size = (self.size + 1e-5) / (n + CODES * 1e-5) * n
            dw = torch.matmul(encodings.t(), flat)
            self.average = nn.Parameter(self.average * DECAY + (1 - DECAY) * dw)
            self.embedding.weight = nn.Parameter(self.average / self.size.unsqueeze(1))
        loss = COST * F.mse_loss(quantized.detach(), inputs)
        quantized = inputs + (quantized - inputs).detach()
        share = torch.mean(encodings, dim=0)
        perplexity = torch.exp(-torch.sum(share * torch.log(share + 1e-10)))
        return loss, quantized.permute(0, 3, 1, 2).contiguous(), perplexity


class OneHotVQVAE(nn.Module):
    """The network: a batch of images -> its loss."""

    def __init__(self):
        super().__init__()
        self.encoder, self.quantizer, self.decoder = encoder(), OneHotEMA(), decoder()

    def forward(self, x):
        loss, quantized, _ = self.quantizer(self.encoder(x))
        return F.mse_loss(self.decoder(quantized), x) / 0.06 + loss
