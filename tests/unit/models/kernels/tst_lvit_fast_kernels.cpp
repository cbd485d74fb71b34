// The inner loops of the fast network, with each set of instructions that this processor has, against Torch.

#include "models/kernels/convolution.h"
#include "models/kernels/dense.h"

#include <QtTest>

#include <rapidcheck.h>
#include <torch/types.h>

#include <cmath>

using namespace models::kernels;

namespace {

constexpr double kRounding = 2e-5; ///< Of a value's size.

double difference(const torch::Tensor& ours, const torch::Tensor& exact)
{
    return ((ours - exact).abs().max() / (1 + exact.abs().max())).item<double>();
}

void eachSetOfInstructions()
{
    QTest::addColumn<int>("index");
    const auto list = usableKernels();
    for (int i = 0; i < list.count; ++i)
        QTest::newRow(list.items[i]->name) << i;
}

const Kernels& chosen()
{
    QFETCH_GLOBAL(int, index);
    return *usableKernels().items[index];
}

template <typename Property> void check(Property property)
{
    QVERIFY(rc::check([&] {
        torch::manual_seed(*rc::gen::inRange<std::uint64_t>(0, 1'000'000));
        property();
    }));
}

int from(int least, int most)
{
    return *rc::gen::inRange(least, most + 1);
}

/// [batch, channels, rows, columns] with the channels last and padded, as the kernels read it.
torch::Tensor laid(const torch::Tensor& map)
{
    return padded(map.permute({0, 2, 3, 1}), 3, paddedChannels(static_cast<int>(map.size(1)))).contiguous();
}

MapView viewOf(const torch::Tensor& laidMap)
{
    return {laidMap.const_data_ptr<float>(), int(laidMap.size(1)), int(laidMap.size(2)), int(laidMap.size(3))};
}

InputPart partOf(const torch::Tensor& laidMap, Reading reading = Reading::Plain)
{
    InputPart part;
    part.reading = reading;
    part.map = viewOf(laidMap);
    return part;
}

/// -> [batch, channels, rows, columns]
torch::Tensor tensorOf(const FeatureMap& map, std::int64_t channels)
{
    return torch::from_blob(map.values.get(), {map.batch, map.rows, map.columns, map.channels})
        .narrow(3, 0, channels)
        .permute({0, 3, 1, 2})
        .clone();
}

torch::Tensor doubled(const torch::Tensor& map)
{
    return torch::upsample_nearest2d(map, {map.size(2) * 2, map.size(3) * 2});
}

struct Filter
{
    torch::Tensor weight;
    torch::Tensor bias;

    Filter(int in, int out)
        : weight(torch::randn({out, in, 3, 3}) / std::sqrt(9.0 * in))
        , bias(torch::randn({out}))
    {
    }

    torch::Tensor exact(const torch::Tensor& x) const
    {
        return torch::relu(
            torch::conv2d(x.to(torch::kDouble), weight.to(torch::kDouble), bias.to(torch::kDouble), 1, 1));
    }
};

} // namespace

class TestLvitFastKernels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { eachSetOfInstructions(); }

    void dense_layer_is_a_matrix_product()
    {
        const Kernels& kernels = chosen();
        check([&] {
            const int rows = from(1, 150), in = from(1, 90), out = from(1, 140);
            const auto x = torch::randn({rows, in}), weight = torch::randn({out, in}), bias = torch::randn({out});
            const auto exact = torch::linear(x.to(torch::kDouble), weight.to(torch::kDouble), bias.to(torch::kDouble));
            const Dense dense(weight, bias, kernels);
            RC_ASSERT(difference(dense.run(x), exact) < kRounding);
            RC_ASSERT(difference(dense.run(x, Finish::Relu), torch::relu(exact)) < kRounding);
            auto sum = torch::ones({rows, dense.columns()});
            dense.run(x.const_data_ptr<float>(), in, rows, sum.mutable_data_ptr<float>(), Finish::Add);
            RC_ASSERT(difference(sum.narrow(1, 0, out), exact - bias + 1) < kRounding);
        });
    }

    void convolution_is_torchs()
    {
        const Kernels& kernels = chosen();
        BufferPool pool;
        check([&] {
            const int batch = from(1, 3), rows = from(1, 40), columns = from(1, 40), in = from(1, 40),
                      out = from(1, 70);
            const Filter filter(in, out);
            const auto x = torch::randn({batch, in, rows, columns});
            const auto source = laid(x);
            const auto part = partOf(source);
            const Convolution3x3 convolution(filter.weight, filter.bias, {in}, rows, kernels);
            const auto result = convolution.run({&part, 1}, batch, rows, columns, pool);
            RC_ASSERT(difference(tensorOf(result, out), filter.exact(x)) < kRounding);
        });
    }

    void parts_are_read_as_one_concatenated_map()
    {
        const Kernels& kernels = chosen();
        BufferPool pool;
        check([&] {
            const int batch = from(1, 2), cells = from(1, 4), cellSide = 1 << from(1, 3), size = cells * cellSide;
            const int skipChannels = from(1, 40), upChannels = from(1, 40), out = from(1, 40);
            const Filter filter(skipChannels + upChannels, out);
            const auto x = torch::randn({batch, skipChannels, size, size});
            const auto added = torch::randn({batch, skipChannels, cells, cells});
            const auto gate = torch::randn({batch, 1, size, size});
            const auto below = torch::randn({batch, upChannels, size / 2, size / 2});
            const auto skip = gate * (x + torch::upsample_nearest2d(added, {size, size}));
            const auto exact = filter.exact(torch::cat({skip, doubled(below)}, 1));

            const auto laidX = laid(x), laidAdded = laid(added), laidBelow = laid(below);
            std::vector<InputPart> parts{partOf(laidX, Reading::Gated), partOf(laidBelow, Reading::Upsampled)};
            parts[0].skip = {viewOf(laidAdded), cellSide, gate.const_data_ptr<float>()};
            const Convolution3x3 convolution(filter.weight, filter.bias, {skipChannels, upChannels}, size, kernels);
            const auto result = convolution.run(parts, batch, size, size, pool);
            RC_ASSERT(difference(tensorOf(result, out), exact) < kRounding);
        });
    }

    void convolution_in_two_parts_is_the_sum()
    {
        const Kernels& kernels = chosen();
        BufferPool pool;
        check([&] {
            const int size = 2 * from(1, 20), in = from(1, 20), out = from(1, 20);
            const Filter filter(2 * in, out);
            const auto x = torch::randn({1, 2 * in, size, size});
            const auto first = laid(x.narrow(1, 0, in)), second = laid(x.narrow(1, in, in));
            const Convolution3x3 one(filter.weight.narrow(1, 0, in), filter.bias, {in}, size, kernels);
            const Convolution3x3 two(filter.weight.narrow(1, in, in), filter.bias, {in}, size, kernels);
            const auto firstPart = partOf(first), secondPart = partOf(second);
            const auto sum = two.run({&secondPart, 1}, 1, size, size, pool, {nullptr, nullptr, /*plain=*/true});
            FeatureMap pooled;
            const auto result = one.run({&firstPart, 1}, 1, size, size, pool, {&sum, &pooled});
            RC_ASSERT(difference(tensorOf(result, out), filter.exact(x)) < kRounding);
            RC_ASSERT(difference(tensorOf(pooled, out), torch::max_pool2d(filter.exact(x), 2)) < kRounding);
        });
    }

    void matrices_larger_than_the_tiles_are_read_once()
    {
        const Kernels& kernels = chosen();
        BufferPool pool;
        torch::manual_seed(3);
        const int in = 256, out = 256;
        const Filter filter(in, out);
        for (const int size : {14, 28}) {
            const auto x = torch::randn({2, in, size, size});
            const auto source = laid(x);
            const auto part = partOf(source);
            const Convolution3x3 convolution(filter.weight, filter.bias, {in}, size, kernels);
            const auto result = convolution.run({&part, 1}, 2, size, size, pool);
            QVERIFY(difference(tensorOf(result, out), filter.exact(x)) < kRounding);
        }
    }

    void value_that_is_no_number_is_not_hidden()
    {
        const Kernels& kernels = chosen();
        BufferPool pool;
        const Filter filter(16, 16);
        auto x = torch::zeros({1, 16, 8, 8});
        x[0][3][4][4] = NAN;
        const auto source = laid(x);
        const auto part = partOf(source);
        const Convolution3x3 convolution(filter.weight, filter.bias, {16}, 8, kernels);
        QVERIFY(tensorOf(convolution.run({&part, 1}, 1, 8, 8, pool), 16).isnan().any().item<bool>());
        const Dense dense(torch::ones({16, 16}), {}, kernels);
        QVERIFY(dense.run(torch::full({1, 16}, NAN), Finish::Relu).isnan().all().item<bool>());
    }

    void memory_that_was_given_back_is_used_again()
    {
        BufferPool pool;
        float* first = nullptr;
        {
            const auto buffer = pool.take(1000);
            first = buffer.get();
            QVERIFY(pool.take(1000).get() != first);
        }
        const auto again = pool.take(1000), other = pool.take(1000), larger = pool.take(2000);
        QVERIFY(again.get() == first || other.get() == first);
        QVERIFY(larger.get() != first);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(larger.get()) % 64, std::uintptr_t{0});
    }
};

QTEST_GUILESS_MAIN(TestLvitFastKernels)
#include "tst_lvit_fast_kernels.moc"
